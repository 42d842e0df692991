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

    /// <summary>Text between a prompt and what comes after it, <c>suffix</c>, at an expert's completions. Only an
    /// expert's own word tells: it is not in <see cref="All"/>.</summary>
    Fill = 128,

    /// <summary>Every feature that chat has.</summary>
    All = Tools | Json | Logprobs | Choices | Vision | Audio | LogitBias,
}
