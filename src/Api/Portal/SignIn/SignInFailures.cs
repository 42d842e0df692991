using System.Threading.Channels;
using Gateway.Api.Access;
using Gateway.Api.Portal.Sessions;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Portal.SignIn;

/// <summary>Tells people of failed attempts at their accounts. Behind the answer, not before it: a name that somebody
/// has takes no longer than one that nobody has. What comes too fast is dropped.</summary>
internal sealed partial class SignInFailures(
    IDbContextFactory<PersonDb> contexts, TimeProvider time, ILogger<SignInFailures> logger) : BackgroundService
{
    private const int MostWaiting = 1024;

    private readonly Channel<(SignInEventRow Row, string Name)> _waiting =
        Channel.CreateBounded<(SignInEventRow, string)>(new BoundedChannelOptions(MostWaiting)
        {
            FullMode = BoundedChannelFullMode.DropWrite,
            SingleReader = true,
        });

    /// <summary>Notes a failure.</summary>
    /// <param name="context">The attempt.</param>
    /// <param name="how">By what.</param>
    /// <param name="name">The e-mail address, or the wallet's.</param>
    public void Note(HttpContext context, string how, string name) => _waiting.Writer.TryWrite(
        (SignInEvents.Row(context, Guid.Empty, SignInEvents.Failed, how, time.GetUtcNow()), name.Trim()));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var (row, name) in _waiting.Reader.ReadAllAsync(stoppingToken))
            {
                await WriteAsync(row, name);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end.
        }
    }

    private async Task WriteAsync(SignInEventRow row, string name)
    {
        try
        {
            await using var db = await contexts.CreateDbContextAsync();
            var normal = name.ToUpperInvariant();
            var person = row.How == WalletPages.ByWallet
                ? await db.Wallets.Where(one => one.Address == name).Select(one => (Guid?)one.Person)
                    .SingleOrDefaultAsync()
                : await db.Users.Where(one => one.NormalizedEmail == normal).Select(one => (Guid?)one.Id)
                    .SingleOrDefaultAsync();
            if (person is not { } id)
            {
                return;
            }

            row.Person = id;
            db.Add(row);
            await db.SaveChangesAsync();
            await SignInEvents.TrimAsync(db, id);
        }
#pragma warning disable CA1031 // The top of a loop: a store that fails loses this line and no more.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Log.Lost(logger, failure.GetBaseException().GetType().Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(5840, LogLevel.Warning, "A failed sign-in could not be noted: {Failure}")]
        public static partial void Lost(ILogger logger, string failure);
    }
}
