using Gateway.Billing;

namespace Gateway.Api.Organization;

/// <summary>A month's statement with the names of both sides.</summary>
internal sealed record Invoice(MonthStatement Statement, InvoiceIssuer Issuer, string Customer);
