using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Gateway.Api.Organization;
using Gateway.Billing;

namespace Gateway.Api.Tests.Organization;

public sealed class ExportTests(OrganizationFixture fixture) : IClassFixture<OrganizationFixture>
{
    private const string March = "from=2026-03-01&to=2026-04-01";

    private static readonly string[] Hostile =
    [
        "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\tx", "\r=x", "a,b", "say \"hi\"", "line\r\nbreak", "\"",
        ",",
        "', '); DROP TABLE lot; --", "\u202Eevil", "snow \u2603", "'already",
    ];

    [Fact]
    public async Task Attack_34_no_field_of_the_csv_is_a_formula_and_every_field_comes_back()
    {
        using var member = await fixture.NewAsync("Csv", 1_000_000);
        for (var i = 0; i < Hostile.Length; i++)
        {
            await fixture.ChargeAsync(
                member.Org, OrganizationFixture.March.AddHours(i), 1 << i, "m", Hostile[i], Hostile[^(i + 1)]);
        }

        var rows = CsvReader.Read(await member.TextAsync(
            $"usage/export?{March}&bucket_width=1h&group_by=user_id&group_by=project_id&group_by=model"));

        Assert.Equal(
            "start,project_id,user_id,model,requests,input_tokens,input_cached_tokens,output_tokens,"
                + "output_reasoning_tokens,images,audio_ms,characters,cost_usd,cost_nusd",
            string.Join(',', rows[0]));
        Assert.All(rows, row => Assert.Equal(rows[0].Count, row.Count));
        Assert.All(rows.SelectMany(row => row), field => Assert.False(
            field.Length > 0 && "=+-@\t\r".Contains(field[0], StringComparison.Ordinal), field));
        Assert.Equal(Hostile, rows[1..].Select(row => Original(row[2])));
        Assert.Equal(Hostile.Reverse(), rows[1..].Select(row => Original(row[1])));
        Assert.Equal(Enumerable.Range(0, Hostile.Length).Select(i => $"{1 << i}"), rows[1..].Select(row => row[^1]));
        Assert.Equal("0.000000001", rows[1][^2]);
        Assert.Equal("2026-03-01T00:00:00Z", rows[1][0]);
    }

    [Fact]
    public async Task Csv_and_json_tell_the_same()
    {
        using var member = await fixture.NewAsync("Both", long.MaxValue);
        await fixture.ChargeAsync(member.Org, OrganizationFixture.March, long.MaxValue - 10, "big");
        await fixture.ChargeAsync(member.Org, OrganizationFixture.March.AddDays(30), 10, "small");

        var rows = CsvReader.Read(await member.TextAsync($"usage/export?{March}&group_by=model"));
        var json = JsonNode.Parse(await member.TextAsync($"usage/export?{March}&group_by=model&format=json"))!;

        Assert.Equal(["big", "small"], rows[1..].Select(row => row[1]));
        Assert.Equal(["9223372036854775797", "10"], rows[1..].Select(row => row[^1]));
        Assert.Equal("9223372036.854775797", rows[1][^2]);
        Assert.Equal(
            rows[1..].Select(row => string.Join('|', row)),
            json["data"]!.AsArray().Select(
                line => string.Join('|', line!.AsObject().Select(member => member.Value!.ToString()))));
    }

    [Fact]
    public async Task The_file_is_named_and_says_what_it_is()
    {
        using var member = await fixture.NewAsync("Named", 0);

        using var answer = await member.Admin.GetAsync(
            new Uri($"v1/organization/usage/export?{March}", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal("text/csv", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("usage-2026-03-01-2026-04-01.csv", answer.Content.Headers.ContentDisposition!.FileName!.Trim('"'));
    }

    [Fact]
    public async Task Any_fields_come_back_from_csv() => await Gen.String.Array[1, 5].Array[1, 5].SampleAsync(
        async rows =>
        {
            using var stream = new MemoryStream();
            await using (var csv = new CsvWriter(stream))
            {
                foreach (var row in rows)
                {
                    await csv.WriteAsync(row);
                }
            }

            var read = CsvReader.Read(Encoding.UTF8.GetString(stream.ToArray()));
            Assert.Equal(rows.Select(row => row.Select(Written).ToList()), read);
        });

    [Fact]
    public async Task Payables_are_written_for_operators()
    {
        MinerPayable[] payables =
        [
            new(new(4), new("5Hot"), new(1_500_000_000), new(1)),
            new(new(12), new("=5A"), new(long.MaxValue), new(0)),
        ];
        using var csv = new MemoryStream();
        using var json = new MemoryStream();

        await PayablesFile.WriteCsvAsync(csv, payables);
        await PayablesFile.WriteJsonAsync(json, payables);

        Assert.Equal(
            "netuid,hotkey,tao,rao,in_payout_rao\r\n4,5Hot,1.5,1500000000,1\r\n"
            + "12,'=5A,9223372036.854775807,9223372036854775807,0\r\n",
            Encoding.UTF8.GetString(csv.ToArray()));
        Assert.Equal(
            [(1_500_000_000, "5Hot"), (long.MaxValue, "=5A")],
            JsonNode.Parse(json.ToArray())!["data"]!.AsArray()
                .Select(one => ((long)one!["rao"]!, (string)one["hotkey"]!)));
    }

    private static string Original(string field) =>
        field is ['\'', _, ..] && IsFormula(field[1..]) ? field[1..] : field;

    private static string Written(string field) => IsFormula(field) ? "'" + field : field;

    private static bool IsFormula(string field) => field is
        ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '\uFF1D' or '\uFF0B' or '\uFF0D' or '\uFF20', ..];
}
