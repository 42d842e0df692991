using Gateway.Router.Forwarding;
using Gateway.Router.Learning;
using Microsoft.AspNetCore.Http;

namespace Gateway.Router.Combining;

/// <summary>Serves a plan of several lines by its strategy.</summary>
internal sealed class PanelDispatcher(LineRunner runner, LearningDesk desk, TimeProvider time, RouterLimits limits)
{
    internal async Task<Answer> SendAsync(HttpContext context, RoutePlan plan, ChatDispatch chat, IAllowance allowance)
    {
        var call = new ChatCall(context, plan, chat, allowance, time, limits);
        if (chat.Stream)
        {
            call.Client.StartKeepAlive();
        }

        try
        {
            await using var panel = new Panel(call, runner, desk);
            return await RunAsync(panel, plan.Used);
        }
        catch
        {
            await call.Client.DisposeAsync();
            throw;
        }
        finally
        {
            await call.Gate.DisposeAsync();
        }
    }

    private static Task<Answer> RunAsync(Panel panel, Strategy strategy) => strategy switch
    {
        Strategy.Vote => VoteRound.RunAsync(panel),
        Strategy.BestOf => BestOfRound.RunAsync(panel),
        Strategy.Compose => ComposeRound.RunAsync(panel),
        Strategy.Default or Strategy.Best or Strategy.Fastest or Strategy.Cheapest =>
            throw new InvalidOperationException($"'{strategy}' asks one expert."),
    };
}
