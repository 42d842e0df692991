using System.Globalization;
using System.Text.Json;
using Gateway.ChainBridge.Payouts;

namespace Gateway.ChainBridge.Staking;

/// <summary>Requests to move stake, and what people say of them: files in a folder of the signer's own, each written
/// once and never changed, so that a command and the signer may work on it at the same time. The signer believes none
/// of them without the signatures of two of its own approvers.</summary>
/// <param name="folder">The folder, made where missing.</param>
/// <param name="time">The clock.</param>
public sealed class StakeDesk(string folder, TimeProvider time)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const string Request = ".request.json";
    private const string Approval = ".approval-";
    private const string Cancelled = ".cancelled.json";
    private const string Standing = ".state.json";
    private const int WantedApprovals = 2;

    /// <summary>Stores a request.</summary>
    /// <returns>The order that approvers sign.</returns>
    /// <exception cref="ArgumentException">It cannot be asked for; the message says why.</exception>
    /// <exception cref="IOException">It cannot be stored.</exception>
    public PayoutOrder Ask(StakeWish wish, string person)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(person);
        if (wish.Problem() is { } problem)
        {
            throw new ArgumentException(problem, nameof(wish));
        }

        var order = new PayoutOrder
        {
            Id = $"stk_{Guid.CreateVersion7(time.GetUtcNow()):N}",
            Kind = wish.Kind,
            Destination = (wish.To ?? wish.From).Hotkey.Ss58,
            Amount = wish.Amount,
            RequestedBy = NameOf(person),
            Parts = StakeOrders.PartsOf(wish),
        };
        Store(order.Id + Request, OrderRecord.Of(order));
        return order;
    }

    /// <summary>A person's word, with their signature of the order's challenge. It takes two, neither of them who
    /// asked.</summary>
    /// <returns>False when nothing waits under this id, or the word counts for nothing.</returns>
    /// <exception cref="IOException">It cannot be stored.</exception>
    public bool Approve(string id, string person, string proof)
    {
        var line = Find(id);
        var name = NameOf(person);
        if (line is not { Stage: OrderStage.Waiting } || line.Order.RequestedBy == name
            || line.Order.Approvals.Any(one => one.Person == name)
            || line.Order.Approvals.Count >= WantedApprovals)
        {
            return false;
        }

        // Two at once for the same place: the second finds the file there.
        var n = line.Order.Approvals.Count.ToString(CultureInfo.InvariantCulture);
        return TryStore(id + Approval + n + ".json", new OrderApproval(name, proof));
    }

    /// <summary>Takes a request back that is not signed.</summary>
    /// <returns>False when it is signed, ended, or unknown.</returns>
    /// <exception cref="IOException">It cannot be stored.</exception>
    public bool Cancel(string id, string person) =>
        Find(id) is { Stage: OrderStage.Waiting }
        && TryStore(id + Cancelled, new OrderApproval(NameOf(person), null));

    /// <summary>All requests, oldest first.</summary>
    public IReadOnlyList<StakeLine> List() => !Directory.Exists(folder) ? [] :
    [
        .. Directory.EnumerateFiles(folder, "stk_*" + Request)
            .Select(path => Path.GetFileName(path)[..^Request.Length])
            .Order(StringComparer.Ordinal)
            .Select(Find).OfType<StakeLine>(),
    ];

    /// <summary>One request; null when there is none.</summary>
    public StakeLine? Find(string id)
    {
        if (!IsId(id) || Read<OrderRecord>(id + Request) is not { } record)
        {
            return null;
        }

        var state = Read<StakeState>(id + Standing);
        var order = record.ToOrder() with
        {
            Approvals = [.. Enumerable.Range(0, WantedApprovals)
                .Select(n => Read<OrderApproval>(
                    string.Create(CultureInfo.InvariantCulture, $"{id}{Approval}{n}.json")))
                .OfType<OrderApproval>()],
            Tries = state?.Tries ?? 0,
            Nonce = state is { Stage: OrderStage.Expired } ? state.Nonce : null,
        };
        var isCancelled = state is null or { Stage: OrderStage.Waiting } && Exists(id + Cancelled);
        return isCancelled
            ? new StakeLine(order, OrderStage.Undone, "cancelled")
            : new StakeLine(order, state?.Stage ?? OrderStage.Waiting, state?.Because);
    }

    /// <summary>How the signer has a request; null before it was signed.</summary>
    internal StakeState? StateOf(string id) => Read<StakeState>(id + Standing);

    /// <summary>Writes how a request stands; on the disk when this returns. The signer alone does.</summary>
    internal void Stand(string id, StakeState state)
    {
        var fresh = PathOf(id + ".new");
        File.Delete(fresh);
        Store(id + ".new", state);
        File.Move(fresh, PathOf(id + Standing), overwrite: true);
    }

    /// <summary>Stores an order that was signed and that this folder, restored from an older copy, has forgotten.
    /// </summary>
    internal void Restore(PayoutOrder order)
    {
        _ = TryStore(order.Id + Request, OrderRecord.Of(order));
        for (var n = 0; n < order.Approvals.Count; n++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{order.Id}{Approval}{n}.json");
            _ = TryStore(name, order.Approvals[n]);
        }
    }

    private static string NameOf(string person) => person.Trim().ToLowerInvariant();

    private static bool IsId(string id) =>
        id.StartsWith("stk_", StringComparison.Ordinal) && id[4..].All(char.IsAsciiHexDigit);

    private bool Exists(string name) => File.Exists(PathOf(name));

    private string PathOf(string name) => Path.Combine(folder, name);

    private bool TryStore<T>(string name, T content)
    {
        try
        {
            Store(name, content);
            return true;
        }
        catch (IOException) when (Exists(name))
        {
            return false;
        }
    }

    // Under another name first: who reads sees a whole file or none.
    private void Store<T>(string name, T content)
    {
        Directory.CreateDirectory(folder);
        var draft = PathOf($".{Guid.CreateVersion7(time.GetUtcNow()):N}");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using (var stream = new FileStream(draft, options))
        {
            JsonSerializer.Serialize(stream, content);
            stream.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(draft, PathOf(name), overwrite: false);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    private T? Read<T>(string name)
        where T : class
    {
        try
        {
            using var stream = File.OpenRead(PathOf(name));
            return JsonSerializer.Deserialize<T>(stream);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
