using Gateway.Api.Access;
using Gateway.Api.Portal.Approvals;
using Gateway.Api.Portal.Sessions;

namespace Gateway.Api.Portal.SignIn;

/// <summary>Where people sign in and keep what they sign in with.</summary>
internal static class SignInRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var signIn = services.GetRequiredService<SignInEndpoints>();
        routes.MapGet("/sign-in", (RequestDelegate)SignInEndpoints.GetAsync).Opens();
        routes.MapPost("/sign-in", (RequestDelegate)signIn.PostAsync).Opens();
        routes.MapPost("/sign-in/code", (RequestDelegate)signIn.CodeAsync).Opens();
        routes.MapPost("/sign-out", (RequestDelegate)signIn.OutAsync).Opens();

        var wallets = services.GetRequiredService<WalletPages>();
        routes.MapGet(WalletPages.Path, (RequestDelegate)WalletPages.GetAsync).Opens();
        routes.MapPost(WalletPages.Path, (RequestDelegate)wallets.TextAsync).Opens();
        routes.MapPost(WalletPages.Path + "/signature", (RequestDelegate)wallets.SignAsync).Opens();

        var oidc = services.GetRequiredService<OidcPages>();
        routes.MapPost(OidcPages.Path + "/{issuer}", (RequestDelegate)oidc.BeginAsync).Opens();
        routes.MapGet(OidcPages.Path, (RequestDelegate)oidc.EndAsync).Opens();

        var links = services.GetRequiredService<LinkPages>();
        routes.MapGet("/setup/{token}", (RequestDelegate)links.SetupAsync).Opens();
        routes.MapPost("/setup/{token}", (RequestDelegate)links.UseSetupAsync).Opens();
        routes.MapGet("/invite/{token}", (RequestDelegate)links.InviteAsync).Opens();
        routes.MapPost("/invite/{token}", (RequestDelegate)links.AcceptAsync).Opens();
        MapPasskeys(routes, services.GetRequiredService<PasskeyPages>());
        MapAccount(routes, services);
        MapApprovals(routes, services.GetRequiredService<ApprovalPages>());
    }

    private static void MapApprovals(IEndpointRouteBuilder routes, ApprovalPages approvals)
    {
        const string One = ApprovalPages.Path + "/{id}";
        routes.MapGet(ApprovalPages.Path, ApprovalPages.For(approvals.GetAsync)).Opens();
        routes.MapPost(One, ApprovalPages.For(approvals.WalletAsync)).Opens();
        routes.MapPost(One + "/passkey/options", ApprovalPages.For(approvals.OptionsAsync)).Opens();
        routes.MapPost(One + "/passkey", ApprovalPages.For(approvals.PasskeyAsync)).Opens();
    }

    private static void MapPasskeys(IEndpointRouteBuilder routes, PasskeyPages passkeys)
    {
        routes.MapPost("/sign-in/passkey/options", (RequestDelegate)PasskeyPages.OptionsAsync).Opens();
        routes.MapPost("/sign-in/passkey", (RequestDelegate)passkeys.UseAsync).Opens();
        routes.MapPost("/account/passkeys/options", Signed(passkeys.NewOptionsAsync)).Opens();
        routes.MapPost("/account/passkeys", Signed(passkeys.NewAsync)).Opens();
    }

    private static void MapAccount(IEndpointRouteBuilder routes, IServiceProvider services)
    {
        var account = services.GetRequiredService<AccountPages>();
        routes.MapGet("/account", Signed(account.GetAsync)).Opens();
        routes.MapPost("/account/sessions/end", Signed(account.EndSessionAsync)).Opens();
        routes.MapPost("/account/organization", Signed(account.LookAsync)).Opens();
        routes.MapPost("/account/remove", Signed(account.RemoveAsync)).Opens();
        routes.MapGet("/step-up", Signed((context, _) => AccountPages.StepUpAsync(context))).Opens();

        var passwords = services.GetRequiredService<PasswordPages>();
        routes.MapGet("/account/password", Enrols(services, (context, _) => PasswordPages.GetAsync(context))).Opens();
        routes.MapPost("/account/password", Enrols(services, passwords.PostAsync)).Opens();
        routes.MapPost("/account/password/confirm", Enrols(services, passwords.ConfirmAsync)).Opens();
    }

    /// <summary>A page of the portal that the guard lets anybody reach.</summary>
    private static IEndpointConventionBuilder Opens(this IEndpointConventionBuilder endpoint) =>
        endpoint.Requires(AccessRule.Public).WithMetadata(PortalMark.Instance);

    /// <summary>A page for people signed in, whatever they are.</summary>
    private static RequestDelegate Signed(Func<HttpContext, PortalVisitor, Task> page) => context =>
    {
        if (PortalVisitor.Of(context) is { } visitor)
        {
            return page(context, visitor);
        }

        PortalGuard.SendTo(context, "/sign-in");
        return Task.CompletedTask;
    };

    /// <summary>A page where somebody who proved himself just now adds what he signs in with.</summary>
    private static RequestDelegate Enrols(IServiceProvider services, Func<HttpContext, PortalVisitor, Task> page)
    {
        var time = services.GetRequiredService<TimeProvider>();
        return Signed((context, visitor) =>
        {
            if (AccountPages.MayEnrol(visitor, time.GetUtcNow()))
            {
                return page(context, visitor);
            }

            PortalGuard.SendTo(context, "/step-up");
            return Task.CompletedTask;
        });
    }
}
