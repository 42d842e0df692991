namespace Gateway.Api.Organization;

/// <summary>Who issues invoices, as it stands on them: <c>Gateway:Invoices:Issuer</c>. What is not set is left
/// out.</summary>
internal sealed record InvoiceIssuer(string? Name, IReadOnlyList<string> Address, string? TaxId)
{
    public static InvoiceIssuer Read(IConfiguration configuration)
    {
        var section = configuration.GetSection("Gateway:Invoices:Issuer");
        return new(
            section["Name"],
            (section["Address"] ?? "").Split(
                ';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            section["TaxId"]);
    }
}
