using System.Text;
using Gateway.Api.Portal.Pages;
using Gateway.Api.Wiring;
using Gateway.Billing;

namespace Gateway.Api.Portal.Forms;

/// <summary>POST /trust: checks a receipt that somebody pasted. Nobody needs to be signed in, and nothing is kept.
/// </summary>
internal sealed class TrustForm(NSecReceiptSigner signer)
{
    public async Task PostAsync(HttpContext context)
    {
        var text = await PortalForm.FieldAsync(context, "receipt");
        var problems = ReceiptCheck.Verify(Encoding.UTF8.GetBytes(text), ReceiptKeySet.Of(signer).Verify);
        await PortalPages.ShowAsync<TrustPage>(context, "trust", new { Problems = problems, Text = text });
    }
}
