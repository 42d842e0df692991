namespace Gateway.Testing.Fuzz;

/// <summary>What the sender does once its bytes are out.</summary>
internal enum Manner
{
    /// <summary>Reads the answer.</summary>
    Ask,

    /// <summary>Reads the beginning of a stream and leaves.</summary>
    Leave,

    /// <summary>Sends nothing more, says so, and reads what comes: for messages whose end nobody knows.</summary>
    Finish,

    /// <summary>Sends nothing more and waits to be turned away.</summary>
    Wait,

    /// <summary>Goes away in the middle of its own message.</summary>
    Vanish,
}

/// <summary>One request, byte for byte, in the pieces in which it is sent.</summary>
internal sealed record FuzzCall(
    int Number, FuzzOperation Operation, string Method, IReadOnlyList<ReadOnlyMemory<byte>> Pieces, Manner Manner);
