using System.Collections.Frozen;
using System.Collections.Immutable;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Metadata;

/// <summary>What a runtime says about itself: types, pallets, transactions, APIs. Immutable. Everything is looked up by
/// name, for indices move from one runtime to the next; what is not there is <see cref="RuntimeDriftException"/>.
/// </summary>
internal sealed class RuntimeMetadata
{
    private readonly Dictionary<string, PalletMetadata> _byName;
    private readonly Dictionary<byte, PalletMetadata> _byIndex;
    private readonly FrozenDictionary<(string Pallet, string Entry), StorageEntry> _storage;

    /// <exception cref="ScaleException">Two pallets have one name or index.</exception>
    public RuntimeMetadata(
        int version,
        TypeRegistry types,
        ImmutableArray<PalletMetadata> pallets,
        ExtrinsicMetadata extrinsic,
        int? runtime,
        ImmutableArray<RuntimeApi> apis)
    {
        Version = version;
        Types = types;
        Pallets = pallets;
        Extrinsic = extrinsic;
        Runtime = runtime;
        Apis = apis;
        _byName = Unique(pallets, pallet => pallet.Name);
        _byIndex = Unique(pallets, pallet => pallet.Index);
        _storage = pallets.SelectMany(pallet => (pallet.Storage?.Entries ?? [])
                .DistinctBy(entry => entry.Name)
                .Select(entry => ((pallet.Name, entry.Name), entry)))
            .ToFrozenDictionary(one => one.Item1, one => one.entry);
    }

    /// <summary>The metadata format: 14, 15 or 16.</summary>
    public int Version { get; }

    public TypeRegistry Types { get; }

    public ImmutableArray<PalletMetadata> Pallets { get; }

    public ExtrinsicMetadata Extrinsic { get; }

    /// <summary>The type of the runtime itself, which V14 and V15 name.</summary>
    public int? Runtime { get; }

    /// <summary>Runtime APIs; V14 does not tell them.</summary>
    public ImmutableArray<RuntimeApi> Apis { get; }

    public PalletMetadata? FindPallet(string name) => _byName.GetValueOrDefault(name);

    public PalletMetadata? FindPallet(byte index) => _byIndex.GetValueOrDefault(index);

    public PalletMetadata Pallet(string name) =>
        FindPallet(name) ?? throw new RuntimeDriftException($"The runtime has no pallet {name}.");

    /// <summary>A call's fields and index.</summary>
    public TypeCase Call(string pallet, string call) => Case(pallet, call, Pallet(pallet).Calls, "call");

    /// <summary>An event's fields and index.</summary>
    public TypeCase Event(string pallet, string name) => Case(pallet, name, Pallet(pallet).Events, "event");

    /// <summary>An error's index.</summary>
    public TypeCase Error(string pallet, string name) => Case(pallet, name, Pallet(pallet).Errors, "error");

    /// <summary>The error that bytes name by pallet and number, or null.</summary>
    public (string Pallet, string Error)? FindError(byte pallet, byte error) =>
        FindPallet(pallet) is { Errors: { } errors } found
        && Types[errors] is TypeShape.Variant variant
        && variant.Find(error) is { } one
            ? (found.Name, one.Name)
            : null;

    public StorageEntry? FindStorage(string pallet, string entry) => _storage.GetValueOrDefault((pallet, entry));

    public StorageEntry Storage(string pallet, string entry) => FindStorage(pallet, entry)
        ?? throw new RuntimeDriftException($"The runtime has no storage {pallet}.{entry}.");

    /// <summary>A constant's value.</summary>
    public ScaleValue Constant(string pallet, string name)
    {
        var constant = Pallet(pallet).Constants.FirstOrDefault(one => one.Name == name)
            ?? throw new RuntimeDriftException($"The runtime has no constant {pallet}.{name}.");
        return Types.Decode(constant.Type, constant.Value.AsSpan());
    }

    /// <summary>A function of a runtime API.</summary>
    public RuntimeApiMethod Api(string api, string method) => FindApi(api, method)
        ?? throw new RuntimeDriftException($"The runtime's metadata has no API {api}_{method}.");

    public RuntimeApiMethod? FindApi(string api, string method) =>
        Apis.FirstOrDefault(one => one.Name == api)?.Methods.FirstOrDefault(one => one.Name == method);

    private TypeCase Case(string pallet, string name, int? type, string kind) =>
        (type is { } id && Types[id] is TypeShape.Variant variant ? variant.Find(name) : null)
        ?? throw new RuntimeDriftException($"The runtime has no {kind} {pallet}.{name}.");

    private static Dictionary<TKey, PalletMetadata> Unique<TKey>(
        ImmutableArray<PalletMetadata> pallets, Func<PalletMetadata, TKey> key)
        where TKey : notnull
    {
        var table = new Dictionary<TKey, PalletMetadata>(pallets.Length);
        foreach (var pallet in pallets)
        {
            if (!table.TryAdd(key(pallet), pallet))
            {
                throw new ScaleException(ScaleFault.WrongShape, $"two pallets are called {key(pallet)}");
            }
        }

        return table;
    }
}
