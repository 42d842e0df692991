using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Gateway.ChainBridge.Scale;

/// <summary>The only error the codec raises, whatever the bytes: what is wrong and where in the value.</summary>
[SuppressMessage("Design", "CA1064", Justification = "No caller outside this module can meet it.")]
internal sealed class ScaleException(ScaleFault fault, string detail) : Exception
{
    private string _path = "";

    public ScaleFault Fault { get; } = fault;

    /// <summary>Field names, case names and positions from the outermost value, such as
    /// <c>Balances.Transfer.amount</c>; empty at the outermost value itself.</summary>
    public string Path => _path;

    /// <inheritdoc/>
    public override string Message => _path.Length == 0 ? detail : $"{detail} (at {_path})";

    /// <summary>Adds the place one level further out. Returns false, to be an exception filter: filters run on the way
    /// to the handler, so that the path costs nothing while nothing fails.</summary>
    public bool Within(string place)
    {
        var joint = _path.Length == 0 || _path[0] == '[' ? "" : ".";
        _path = $"{place}{joint}{_path}";
        return false;
    }

    /// <summary>As <see cref="Within(string)"/>, for a position in a list.</summary>
    public bool Within(int position) => Within($"[{position}]");

    /// <summary>As <see cref="Within(string)"/>, for a field. The only field of its kind goes without saying.</summary>
    public bool Within(ImmutableArray<TypeField> fields, int position) => fields[position].Name is { } name
        ? Within(name)
        : fields.Length > 1 && Within(position);
}
