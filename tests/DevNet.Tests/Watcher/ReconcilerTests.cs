using Gateway.ChainBridge;
using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Rpc;
using Gateway.ChainBridge.Watcher;
using Gateway.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.DevNet.Tests.Watcher;

/// <summary>Whose word about a balance counts.</summary>
public sealed class ReconcilerTests
{
    private const string Genesis = "0xgenesis";
    private const string Address = "5Address";
    private const long Booked = 1000;

    private static readonly WatcherOptions Pace = new()
    {
        ReconcileEvery = 10,
        ReconcileAgain = 1,
        Rechecks = 2,
    };

    private readonly MemorySink _sink = new();
    private readonly Reconciler _reconciler;

    public ReconcilerTests() => _reconciler = new(Genesis, _sink, agreement: 2, Pace, NullLogger.Instance);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task One_liar_among_three_neither_hides_a_shortfall_nor_makes_one(int liar)
    {
        await AdvanceAsync(1, Nodes(Booked, liar));
        await AdvanceAsync(2, Nodes(Booked, liar));
        Assert.Empty(_sink.Shortfalls);

        foreach (var height in (int[])[11, 12, 13])
        {
            await AdvanceAsync(height, Nodes(Booked - 1, liar));
        }

        Assert.Contains(Address, Assert.Single(_sink.Shortfalls), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_nodes_that_go_on_to_differ_stop_payouts()
    {
        foreach (var height in (int[])[1, 2])
        {
            await AdvanceAsync(height, [new(Booked), new(Booked + 9)]);
            Assert.Empty(_sink.Shortfalls);
        }

        await AdvanceAsync(3, [new(Booked), new(Booked + 9)]);

        Assert.Contains("differ", Assert.Single(_sink.Shortfalls), StringComparison.Ordinal);
        Assert.Empty(_sink.Surpluses);
    }

    [Fact]
    public async Task Two_nodes_that_differ_once_stop_nothing()
    {
        for (var height = 1; height < 20; height++)
        {
            await AdvanceAsync(height, [new(Booked), new(Booked + (height % 2))]);
        }

        Assert.Empty(_sink.Shortfalls);
    }

    [Fact]
    public async Task Fewer_nodes_than_must_agree_say_nothing_and_are_asked_again()
    {
        await AdvanceAsync(1, [new(Booked - 1)]);
        await AdvanceAsync(2, [new(Booked - 1), new(Booked - 1) { IsSilent = true }]);
        await AdvanceAsync(3, [new(Booked - 1)]);
        Assert.Empty(_sink.Shortfalls);

        await AdvanceAsync(4, [new(Booked - 1), new(Booked - 1)]);
        await AdvanceAsync(5, [new(Booked - 1), new(Booked - 1)]);
        Assert.Single(_sink.Shortfalls);
    }

    // The books at a height, and a visit there.
    private async Task AdvanceAsync(long height, ScriptedNode[] nodes)
    {
        if (_sink.Rows.Count == 0)
        {
            _sink.Rows.Add((Genesis, 0), new(0, "5Sender", Address, new(Booked)));
            await _sink.BeginAsync(Genesis, At(height), Token);
        }

        _sink.MoveTo(At(height));
        await _reconciler.VisitAsync(nodes, height, Token);
    }

    private static ChainPosition At(long height) => new(height, $"0x{height:x64}");

    private static ScriptedNode[] Nodes(long free, int liar) =>
        [.. Enumerable.Range(0, 3).Select(n => new ScriptedNode(n == liar ? Booked + 77 : free))];

    private sealed class ScriptedNode(long free) : IWatchedNode
    {
        public bool IsSilent { get; init; }

        public Uri Address { get; } = new("ws://127.0.0.1:1");

        public bool IsConnected => true;

        public Task<long> HeadAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Hash256?> HashAsync(long height, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<NodeBlock> ReadAsync(long height, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<Rao[]> FreeAsync(
            IReadOnlyList<string> addresses, Hash256 at, CancellationToken cancellationToken) =>
            IsSilent
                ? throw new RpcException(RpcFault.TimedOut, "It does not answer.")
                : Task.FromResult(addresses.Select(_ => new Rao(free)).ToArray());
    }
}
