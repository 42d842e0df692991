using Gateway.Router.Gating.Fitting;

namespace Gateway.Router.Gating;

/// <summary>How a challenger stands.</summary>
internal enum Standing
{
    /// <summary>Not decided: the incumbent decides requests.</summary>
    Trial,

    /// <summary>The challenger decides requests.</summary>
    Adopted,

    /// <summary>The challenger is out.</summary>
    Dropped,
}

/// <summary>Do no harm, online: a challenger replaces the incumbent only on the evidence of logged choices. It is
/// looked at rarely, at counts that double, since looking often would find chance.</summary>
internal sealed class OnlineSwitch
{
    private const int FirstLook = 400;
    private const double AdoptErrors = 2;
    private const double DropErrors = 1;

    private readonly Paired _differences = new();
    private int _nextLook = FirstLook;

    /// <summary>How the challenger stands now.</summary>
    internal Standing Standing { get; private set; }

    /// <summary>Takes one more difference, see <see cref="DoublyRobust"/>; one that is not a number is passed over.
    /// </summary>
    internal void Add(double difference)
    {
        if (Standing != Standing.Trial || !double.IsFinite(difference))
        {
            return;
        }

        _differences.Add(difference);
        if (_differences.Count == _nextLook)
        {
            _nextLook *= 2;
            Standing = Look();
        }
    }

    private Standing Look()
    {
        if (_differences.LowerBound(AdoptErrors) > 0)
        {
            return Standing.Adopted;
        }

        return _differences.LowerBound(-DropErrors) < 0 ? Standing.Dropped : Standing.Trial;
    }
}
