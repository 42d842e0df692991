using Gateway.Router.Forwarding;
using Gateway.Router.Learning;
using Microsoft.AspNetCore.Http;

namespace Gateway.Router.Combining;

/// <summary>Serves a plan of one line of which the router does a part itself.</summary>
internal sealed class OwnDispatcher(LineRunner runner, LearningDesk desk, TimeProvider time, RouterLimits limits)
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
            await using var calls = new OwnCalls(call, runner);
            await calls.AskAsync();
            return await new OwnAnswers(calls, desk).GiveAsync();
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
}
