using Gateway.DevNet.Brain;

namespace Gateway.DevNet.Tests.Brain;

public sealed class DataFilesTests
{
    private const int UnMembers = 193;
    private const int Words = 2000;

    [Fact]
    public void Every_member_of_the_United_Nations_has_its_capital_both_ways()
    {
        var skill = new CapitalSkill();
        Assert.Equal(UnMembers, skill.Rows.Count());
        foreach (var row in skill.Rows)
        {
            var direct = skill.Answer($"What is the capital of {row.Country}");
            Assert.Equal($"The capital of {row.Country} is {row.Capital}.", direct?.Text);
            var inverse = skill.Answer($"Which country has the capital {row.Capital}");
            Assert.Equal($"{row.Capital} is the capital of {row.Country}.", inverse?.Text);
        }
    }

    // The decimal forms as NIST SP 811, appendix B, and the SI Brochure print them; the file has fractions.
    [Theory]
    [InlineData("inch", "0.0254")]
    [InlineData("foot", "0.3048")]
    [InlineData("yard", "0.9144")]
    [InlineData("mile", "1609.344")]
    [InlineData("nautical mile", "1852")]
    [InlineData("astronomical unit", "149597870700")]
    [InlineData("light-year", "299792458 * 365.25 * 86400")]
    [InlineData("pound", "0.45359237")]
    [InlineData("ounce", "0.45359237 / 16")]
    [InlineData("stone", "0.45359237 * 14")]
    [InlineData("short ton", "0.45359237 * 2000")]
    [InlineData("long ton", "0.45359237 * 2240")]
    [InlineData("carat", "0.0002")]
    [InlineData("cubic inch", "0.0254 ^ 3")]
    [InlineData("cubic foot", "0.3048 ^ 3")]
    [InlineData("US gallon", "231 * 0.0254 ^ 3")]
    [InlineData("US quart", "231 * 0.0254 ^ 3 / 4")]
    [InlineData("US pint", "231 * 0.0254 ^ 3 / 8")]
    [InlineData("US cup", "231 * 0.0254 ^ 3 / 16")]
    [InlineData("US fluid ounce", "231 * 0.0254 ^ 3 / 128")]
    [InlineData("US tablespoon", "231 * 0.0254 ^ 3 / 256")]
    [InlineData("US teaspoon", "231 * 0.0254 ^ 3 / 768")]
    [InlineData("imperial gallon", "0.00454609")]
    [InlineData("imperial pint", "0.00454609 / 8")]
    [InlineData("week", "7 * 24 * 60 * 60")]
    [InlineData("fortnight", "14 * 24 * 60 * 60")]
    [InlineData("year of 365 days", "365 * 24 * 60 * 60")]
    [InlineData("kibibyte", "8 * 2^10")]
    [InlineData("mebibyte", "8 * 2^20")]
    [InlineData("gibibyte", "8 * 2^30")]
    [InlineData("tebibyte", "8 * 2^40")]
    [InlineData("petabyte", "8 * 10^15")]
    [InlineData("mile per hour", "1609.344 / 3600")]
    [InlineData("kilometre per hour", "1000 / 3600")]
    [InlineData("foot per second", "0.3048")]
    [InlineData("knot", "1852 / 3600")]
    [InlineData("speed of light", "299792458")]
    public void A_factor_is_the_published_one(string unit, string factor)
    {
        Assert.Equal(MathProblem.None, MathParser.Evaluate(factor, out var published));
        Assert.Equal(published, new UnitTable().Find(unit)!.Factor);
    }

    [Fact]
    public void Every_dimension_has_one_base_unit()
    {
        foreach (var dimension in new UnitTable().Units.GroupBy(unit => unit.Dimension))
        {
            Assert.Single(dimension, unit => unit.Factor == 1 && unit.Offset.IsZero);
        }
    }

    [Fact]
    public void Names_that_differ_only_in_case_and_meaning_are_not_guessed()
    {
        var units = new UnitTable();
        Assert.Equal("megabit", units.Find("Mb")!.Singular);
        Assert.Equal("megabyte", units.Find("MB")!.Singular);
        Assert.Null(units.Find("mb"));
        Assert.Equal("kilogram", units.Find("KG")!.Singular);
    }

    [Fact]
    public void The_dictionary_is_whole_and_its_licence_travels_with_it()
    {
        Assert.Equal(Words, new DefinitionSkill().Count);
        var licence = string.Join('\n', DataFiles.Rows("WORDNET-LICENSE.txt", '\0', skip: 0).Select(row => row[0]));
        Assert.Contains("WordNet 3.0 Copyright 2006 by Princeton University.  All rights reserved.", licence,
            StringComparison.Ordinal);
        Assert.Contains("THIS SOFTWARE AND DATABASE IS PROVIDED \"AS IS\"", licence, StringComparison.Ordinal);
    }
}
