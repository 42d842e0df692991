using Gateway.Api.Access;
using Gateway.Api.Commands;
using Gateway.Api.Hosting;

OwnerOnly.RestrictProcess();
try
{
    return await CommandLine.RunAsync(args);
}
catch (StartRefusedException refused)
{
    await Console.Error.WriteLineAsync(refused.Message);
    return 1;
}
catch (Exception failure) when (StoreFault.Is(failure))
{
    // The driver's own text may quote the connection string.
    await Console.Error.WriteLineAsync($"The store cannot be opened ({failure.GetBaseException().GetType().Name}). "
        + "See Gateway:Storage:ConnectionString and Gateway:DataDirectory; the command check tells more.");
    return 1;
}
