using Gateway.Api.Access;
using Gateway.Api.Portal;
using Gateway.Api.Portal.Sessions;
using Gateway.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Api.Tests.Portal;

/// <summary>Which reader a part that is slow shows its last value to.</summary>
public sealed class PartReaderTests(PortalFixture fixture) : IClassFixture<PortalFixture>
{
    private static readonly OrgId Org = OrgId.Create(TimeProvider.System);

    [Theory]
    [InlineData("owner", "en", true)]
    [InlineData("finance", "en", false)]
    [InlineData("owner", "es", false)]
    public async Task A_last_value_is_for_readers_of_the_same_reach_and_language(
        string role, string language, bool isFor)
    {
        var time = new FakeTimeProvider();
        using var parts = new PartReader(time, NullLogger<PartReader>.Instance);
        var first = await parts.ReadAsync(Frame("owner", "en"), "audit", _ => Task.FromResult("an owner's rows"));
        Assert.Equal("an owner's rows", first.Value);

        var slow = new TaskCompletionSource<string>();
        var reading = parts.ReadAsync(Frame(role, language), "audit", _ => slow.Task);
        if (isFor)
        {
            while (!reading.IsCompleted)
            {
                time.Advance(TimeSpan.FromMilliseconds(300));
                await Task.Delay(
                    TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
            }

            Assert.Equal("an owner's rows", (await reading).Value);
            return;
        }

        time.Advance(TimeSpan.FromMilliseconds(300));
        slow.SetResult("what he may see");
        Assert.Equal("what he may see", (await reading).Value);
    }

    private PageFrame Frame(string role, string language)
    {
        var frame = fixture.Gateway.Services.CreateScope().ServiceProvider.GetRequiredService<PageFrame>();
        var context = new DefaultHttpContext();
        context.Features.Set(new PortalVisitor(
            Guid.CreateVersion7(), "who@example.org", Org, "Org", RoleNames.Parse(role))
        {
            Language = language,
        });
        frame.Begin(context, "audit");
        return frame;
    }
}
