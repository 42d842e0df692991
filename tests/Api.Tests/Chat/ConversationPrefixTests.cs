using Gateway.Api.Chat;
using Gateway.Core;

namespace Gateway.Api.Tests.Chat;

public sealed class ConversationPrefixTests
{
    [Fact]
    public void Two_organisations_that_send_the_same_text_share_no_name_of_it()
    {
        var (one, other) = (Org(), Org());

        Assert.Equal(ConversationPrefix.Of(one, 7), ConversationPrefix.Of(one, 7));
        Assert.NotEqual(ConversationPrefix.Of(one, 7), ConversationPrefix.Of(other, 7));
        Assert.Equal(0UL, ConversationPrefix.Of(one, 0));
    }

    private static OrgId Org() => new(Guid.CreateVersion7(DateTimeOffset.UnixEpoch));
}
