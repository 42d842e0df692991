using System.Collections.Concurrent;
using Gateway.Core;
using Gateway.Router;

namespace Gateway.Api.Telemetry;

/// <summary>Which models may be named where anybody could have made the name up: those of the catalogue. Another one is
/// <c>other</c>, so that no caller writes into metrics or logs.</summary>
internal sealed class ModelNames(RouteBoard board)
{
    public const string Other = "other";

    // The catalogue is the operator's; this bounds what one that changes all the time could cost.
    private const int MaxNames = 1024;

    private readonly ConcurrentDictionary<ModelId, string> _names = new();

    public string NameOf(ModelId model)
    {
        if (_names.TryGetValue(model, out var known))
        {
            return known;
        }

        var isKnown = model == ModelId.Auto || board.Models.Any(offered => offered.Model == model);
        return isKnown && _names.Count < MaxNames ? _names.GetOrAdd(model, model.Value) : Other;
    }
}
