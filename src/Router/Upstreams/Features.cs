using System.Diagnostics.CodeAnalysis;

namespace Gateway.Router;

/// <summary>What a request needs of an expert, and what an expert can do.</summary>
[Flags]
[SuppressMessage(
    "Naming", "CA1711:Identifiers should not have incorrect suffix", Justification = "It is a set of flags.")]
[SuppressMessage(
    "Naming", "CA1724:Type names should not match namespaces", Justification = "That namespace is not ours.")]
public enum Features
{
    /// <summary>Plain text, one answer.</summary>
    None = 0,

    /// <summary>Function calls.</summary>
    Tools = 1,

    /// <summary>Answers held to JSON.</summary>
    Json = 2,

    /// <summary>Log probabilities of tokens.</summary>
    Logprobs = 4,

    /// <summary>More than one answer to a request, <c>n</c> above 1.</summary>
    Choices = 8,

    /// <summary>Images in the prompt.</summary>
    Vision = 16,

    /// <summary>Sound in the prompt.</summary>
    Audio = 32,

    /// <summary>Likelihoods of tokens moved by the caller, <c>logit_bias</c>.</summary>
    LogitBias = 64,

    /// <summary>Every feature.</summary>
    All = Tools | Json | Logprobs | Choices | Vision | Audio | LogitBias,
}
