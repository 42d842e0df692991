using Gateway.Api.Batches;
using Gateway.Api.Content;
using Gateway.Api.Files;
using Gateway.Api.Hosting;
using Gateway.Api.Tests.Content;
using Gateway.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Api.Tests.Batches;

/// <summary>How long an ended batch is kept.</summary>
public sealed class BatchRetentionTests : IAsyncLifetime
{
    private const int KeepDays = 7;

    private static readonly ContentOwner Owner = new(Guid.CreateVersion7(), Guid.CreateVersion7());

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly string _directory = GatewayProcess.NewDataDirectory();
    private ContentContexts _contexts = null!;
    private FileStore _files = null!;
    private BatchStore _batches = null!;
    private BatchWork _work = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _contexts = new ContentContexts(ContentFile.Options(_directory));
        await new ContentSchema(_contexts, _time).MigrateAsync(Token);
        var settings = GatewaySettings.Read(new ConfigurationBuilder().AddInMemoryCollection(
            [new("Gateway:Batches:KeepDays", $"{KeepDays}")]).Build());
        var seal = new ContentSeal(new byte[32]);
        _files = new(_contexts, seal, settings, _time);
        _batches = new(_contexts, seal, settings, _time);
        _work = new(_contexts, seal, _batches, _time);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task An_ended_batch_goes_and_its_results_stay_as_long_as_was_told()
    {
        var input = await WriteAsync("lines.jsonl");
        var (ended, open) = (await MakeAsync(input), await MakeAsync(input));
        var (output, errors) = (await BeginAsync("output"), await BeginAsync("errors"));
        await _work.EndAsync(ended, new(output, errors, 1, 1, new()), Token);
        Assert.NotNull(await _files.FindAsync(Owner, output.File, Token));

        _time.Advance(TimeSpan.FromDays(KeepDays));
        Assert.Equal(0, await _batches.SweepAsync(Token));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, await _batches.SweepAsync(Token));

        Assert.Null(await _batches.FindAsync(Owner, ended.Id, Token));
        await _files.SweepAsync(Token);
        Assert.NotNull(await _files.FindAsync(Owner, output.File, Token));
        Assert.NotNull(await _files.FindAsync(Owner, errors.File, Token));
        Assert.NotNull(await _files.FindAsync(Owner, input, Token));
        Assert.NotNull(await _batches.FindAsync(Owner, open.Id, Token));
        Assert.Equal(0, await _batches.SweepAsync(Token));

        _time.Advance(TimeSpan.FromDays(30 - KeepDays));
        Assert.Equal(2, await _files.SweepAsync(Token));
    }

    [Fact]
    public async Task However_many_files_have_expired_all_of_them_go()
    {
        for (var i = 0; i < 45; i++)
        {
            await BeginAsync($"{i}");
        }

        _time.Advance(TimeSpan.FromDays(31));
        Assert.Equal(45, await _files.SweepAsync(Token));
    }

    [Fact]
    public async Task Results_that_cannot_be_written_leave_no_file()
    {
        var batch = await MakeAsync(await WriteAsync("lines.jsonl"));
        var input = new BatchInput(
            """{"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{"model":"m","messages":[]}}"""u8
                .ToArray());

        // Sealed with another key: it cannot be opened.
        var other = new BatchWork(_contexts, new(Enumerable.Repeat((byte)1, 32).ToArray()), _batches, _time);
        await other.AnswerAsync(new(batch.Id, 0, "a"), "req_1", "{}"u8.ToArray());
        await Assert.ThrowsAnyAsync<Exception>(() => new BatchWriter(_work, _files).WriteAsync(batch, input, Token));

        await using var db = _contexts.CreateDbContext();
        Assert.Equal(0, await db.Files.CountAsync(row => !row.IsReady, Token));
    }

    private async Task<BatchRow> MakeAsync(Guid input) => (await _batches.AddAsync(
        Owner, new(Guid.CreateVersion7(), "127.0.0.1", "/v1/chat/completions", input, null, null), Token))!;

    private async Task<FileWriter> BeginAsync(string name) =>
        (await _files.BeginAsync(Owner, new(name, FilePurpose.BatchOutput, 0, TimeSpan.FromDays(30)), Token))!;

    private async Task<Guid> WriteAsync(string name)
    {
        var writer = (await _files.BeginAsync(Owner, new(name, FilePurpose.Batch, 1, null), Token))!;
        await writer.WriteAsync(new byte[1], Token);
        return (await _files.PublishAsync(writer, Token)).Id;
    }
}
