using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Gateway.Billing.Tests.Kit;
using Gateway.Core;

namespace Gateway.Billing.Tests.Storage;

public abstract partial class LedgerStoreSuite
{
    [Fact]
    public async Task A_receipt_says_what_happened_and_what_it_cost()
    {
        var (payer, hold) = await SettleReceiptAsync();

        using var receipt = JsonDocument.Parse(await ReceiptAsync(payer.Org, hold.Request));

        var root = receipt.RootElement;
        Assert.Equal(
            "attempts charge_nusd ended endpoint estimated finish_reason id issuer key_id kid lines model_asked "
            + "model_served org outcome request_commit response_commit signature started strategy usage v",
            string.Join(' ', root.EnumerateObject().Select(member => member.Name)));
        Assert.Equal("test-1", root.GetProperty("kid").GetString());
        Assert.Equal(hold.Request.ToString(), root.GetProperty("id").GetString());
        Assert.Equal(payer.Org.ToString(), root.GetProperty("org").GetString());
        Assert.Equal(payer.Key.ToString(), root.GetProperty("key_id").GetString());
        Assert.Equal("2026-03-04T12:00:00.250Z", root.GetProperty("started").GetString());
        Assert.Equal("cut", root.GetProperty("outcome").GetString());
        Assert.Equal(17, root.GetProperty("charge_nusd").GetInt64());
        Assert.Equal(new string('a', 64), root.GetProperty("request_commit").GetString());
        Assert.Equal("""{"cached_tokens":4,"input_tokens":10,"output_tokens":7,"reasoning_tokens":2}""",
            root.GetProperty("usage").GetRawText());
        Assert.Equal("""{"cached_pusd":1000,"input_pusd":1000,"output_pusd":1000,"reasoning_pusd":1000}""",
            root.GetProperty("lines")[0].GetProperty("prices").GetRawText());
        Assert.Equal("""
            [{"hotkey":"5Miner","kind":"miner","netuid":4,"out_from":0,"out_to":3,"outcome":"failed","reason":"reset",
            "ttft_ms":12,"uid":7,"upstream":"sn4/5Miner"},{"hotkey":null,"kind":"static","netuid":null,"out_from":3,
            "out_to":7,"outcome":"complete","reason":"","ttft_ms":null,"uid":null,"upstream":"static/one"}]
            """.ReplaceLineEndings(""), root.GetProperty("attempts").GetRawText());
    }

    [Fact]
    public async Task A_receipt_verifies_by_another_implementation_and_any_changed_byte_fails()
    {
        var signer = new TestSigner();
        var (payer, hold) = await SettleReceiptAsync();

        var receipt = await ReceiptAsync(payer.Org, hold.Request);

        Assert.True(Verifies(receipt, signer));
        for (var i = 0; i < receipt.Length; i++)
        {
            foreach (var bit in (int[])[0, 1, 5])
            {
                var changed = receipt.ToArray();
                changed[i] ^= (byte)(1 << bit);
                Assert.False(Verifies(changed, signer), $"bit {bit} of byte {i}");
            }
        }
    }

    [Fact]
    public async Task A_receipt_has_one_form()
    {
        var signer = new TestSigner();
        var (payer, hold) = await SettleReceiptAsync();
        var receipt = await ReceiptAsync(payer.Org, hold.Request);
        Assert.Empty(Check(receipt));

        Flips.AssertNoneHolds(receipt, changed => Check(changed));
        var text = Encoding.UTF8.GetString(receipt);
        foreach (var (served, other) in ((string, string)[])[
            ("\"v\":1", "\"v\":\"1\""), ("\"price_version\":1", "\"price_version\":\"1\""),
            ("\"netuid\":4", "\"netuid\":\"4\""), ("\",\"started\"", "==\",\"started\""),
            ("\",\"started\"", "\\n\",\"started\""), ("\"cut\"", "\"cut\",\"x\":1")])
        {
            Assert.Contains(served, text, StringComparison.Ordinal);
            Assert.NotEmpty(Check(Encoding.UTF8.GetBytes(text.Replace(served, other, StringComparison.Ordinal))));
        }

        IReadOnlyList<string> Check(ReadOnlyMemory<byte> json) => ReceiptCheck.Verify(
            json, (_, message, signature) => signer.Verify(message.ToArray(), signature.ToArray()));
    }

    [Fact]
    public async Task A_receipt_is_signed_once_whatever_happens_to_the_key()
    {
        var (payer, hold) = await SettleReceiptAsync();
        var all = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => Task.Run(() => ReceiptAsync(payer.Org, hold.Request))));

        await CrashAsync(new TestSigner(seed: 2));

        Assert.All(all, one => Assert.Equal(all[0], one));
        Assert.Equal(all[0], await ReceiptAsync(payer.Org, hold.Request));
    }

    [Fact]
    public async Task Another_organisations_receipt_does_not_exist()
    {
        var token = TestContext.Current.CancellationToken;
        var (payer, hold) = await SettleReceiptAsync();
        var stranger = OrgId.Create(TimeProvider.System);

        Assert.Null(await Node.Statements.ReceiptAsync(stranger, hold.Request, token));
        Assert.Null(await Node.Statements.ReceiptAsync(payer.Org, RequestId.Create(TimeProvider.System), token));
        Assert.Equal(0, await CountAsync("SELECT count(*) FROM usage_record WHERE receipt IS NOT NULL"));
    }

    [Fact]
    public async Task A_free_request_has_a_receipt_without_lines()
    {
        var payer = await Node.CreditNewAsync(100);
        var hold = await Node.HoldAsync(payer, 10, 20);
        await Node.SettleAsync(hold, 0, 0, Ending.Failed);

        using var receipt = JsonDocument.Parse(await ReceiptAsync(payer.Org, hold.Request));

        Assert.Equal(0, receipt.RootElement.GetProperty("charge_nusd").GetInt64());
        Assert.Empty(receipt.RootElement.GetProperty("lines").EnumerateArray());
        Assert.Equal(JsonValueKind.Null, receipt.RootElement.GetProperty("model_served").ValueKind);
    }

    [Fact]
    public async Task A_commitment_has_32_bytes_or_none()
    {
        var payer = await Node.CreditNewAsync(100);
        var hold = await Node.HoldAsync(payer, 10, 20);
        var bill = Node.Ledger.Price(hold, Some.Delivery(10, 20));

        await Assert.ThrowsAsync<ArgumentException>(() => Node.Ledger.SettleAsync(bill, new(new byte[31], default)));
        await Assert.ThrowsAsync<ArgumentException>(() => Node.Ledger.SettleAsync(bill, new(default, new byte[33])));
        Assert.Equal(SettleOutcome.Settled, (await Node.Ledger.SettleAsync(bill, new(default, new byte[32]))).Outcome);
    }

    private async Task<(Payer Payer, Hold Hold)> SettleReceiptAsync()
    {
        var payer = await Node.CreditNewAsync(100);
        var hold = await Node.HoldAsync(payer, 10, 20);
        var delivered = Some.Delivery(new Usage(10, 4, 7, 2), Ending.Cut) with
        {
            FinishReason = "length",
            Attempts =
            [
                new("sn4/5Miner", new(4), 7, new("5Miner"), 0, 3, AttemptOutcome.Failed, "reset", 12),
                new("static/one", null, null, null, 3, 7, AttemptOutcome.Complete, "", null),
            ],
        };
        var commitments = new Commitments(
            Enumerable.Repeat((byte)0xaa, 32).ToArray(), Enumerable.Repeat((byte)0xbb, 32).ToArray());
        await Node.Ledger.SettleAsync(Node.Ledger.Price(hold, delivered), commitments);
        return (payer, hold);
    }

    private async Task<byte[]> ReceiptAsync(OrgId org, RequestId request) =>
        (await Node.Statements.ReceiptAsync(org, request, TestContext.Current.CancellationToken))!.Value.ToArray();

    // As a strict reader does: UTF-8 and JSON must be right, and the signature's text must be the only one for its
    // bytes.
    private static bool Verifies(byte[] receipt, TestSigner signer)
    {
        try
        {
            _ = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(receipt);
            using var document = JsonDocument.Parse(receipt);
            var text = document.RootElement.GetProperty("signature").GetString()!;
            var signature = Base64Url.DecodeFromChars(text);
            return Base64Url.EncodeToString(signature) == text
                && signer.Verify(Receipt.MessageOf(document.RootElement), signature);
        }
        catch (Exception error) when (error is JsonException or FormatException or KeyNotFoundException
            or ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }
}
