using Gateway.Router.Combining;

namespace Gateway.Router.Tests.Combining;

public sealed class AnswerFormTests
{
    [Theory]
    [InlineData("B", "B")]
    [InlineData("(b)", "B")]
    [InlineData("b) because it is", "B")]
    [InlineData("I think so. The answer is (C).", "C")]
    [InlineData("**D**", "D")]
    [InlineData("So we get \\boxed{\\frac{1}{2}}.", "\\FRAC{1}{2}")]
    [InlineData("\\boxed{042}", "42")]
    [InlineData("1,234.50", "1234.5")]
    [InlineData("$18", "18")]
    [InlineData("-0", "0")]
    [InlineData("12%", "12%")]
    [InlineData("The final answer is 7\nThat was easy.", "7")]
    [InlineData("{\"b\": 1.0, \"a\": [true, \"x\"]}", "{\"a\":[true,\"x\",],\"b\":1,}")]
    [InlineData(" New   York. ", "NEW YORK")]
    [InlineData("", null)]
    [InlineData("  ** ", null)]
    public void Equal_answers_have_one_form(string answer, string? form) => Assert.Equal(form, AnswerForm.Of(answer));

    [Fact]
    public void A_long_text_is_no_closed_answer() => Assert.Null(AnswerForm.Of(new string('x', 5000)));

    [Fact]
    public void Broken_json_is_text() => Assert.Equal("{\"A\":", AnswerForm.Of("{\"a\":"));
}
