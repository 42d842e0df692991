using Gateway.Api.Portal.Operators.Pages;

namespace Gateway.Api.Portal.Operators;

/// <summary>Every page and form of the operator's console, each with the role that may use it.</summary>
internal static class OperatorRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapOperatorPage<ConsolePage>(OperatorPages.Root, "operator");
        routes.MapOperatorPage<MinersConsole>(MinerForm.Path, "operator.miners");
        routes.MapOperatorForm(MinerForm.Path, OperatorPages.Support, Of<MinerForm>(routes).PostAsync);
        routes.MapOperatorPage<SubnetsConsole>(SubnetForm.Path, "operator.subnets");
        routes.MapOperatorForm(SubnetForm.Path, OperatorPages.Support, Of<SubnetForm>(routes).PostAsync);
        routes.MapOperatorPage<PricesConsole>(PriceForm.Path, "operator.prices");
        routes.MapOperatorForm(PriceForm.Path, OperatorPages.Prices, Of<PriceForm>(routes).PostAsync);
    }

    public static IServiceCollection AddOperatorConsole(this IServiceCollection services) => services
        .AddSingleton<MinerRoster>()
        .AddSingleton<AlertBoard>()
        .AddSingleton<MinerForm>()
        .AddSingleton<SubnetForm>()
        .AddSingleton<PriceForm>();

    private static T Of<T>(IEndpointRouteBuilder routes)
        where T : notnull => routes.ServiceProvider.GetRequiredService<T>();
}
