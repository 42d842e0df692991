using System.Security.Cryptography;

namespace Gateway.Core.Tests;

public sealed class CommitmentHashTests
{
    private static readonly byte[] Salt = [1, 2, 3];

    [Fact]
    public void It_is_the_hash_of_salt_and_bytes_however_they_come()
    {
        using var hash = new CommitmentHash(Salt);
        hash.Append([4]);
        hash.Append([]);
        hash.Append([5, 6]);

        Assert.Equal(SHA256.HashData([1, 2, 3, 4, 5, 6]), hash.Finish());
        Assert.Equal(SHA256.HashData([1, 2, 3, 7]), CommitmentHash.Of(Salt, [7]));
    }

    [Fact]
    public void One_left_unfinished_taints_no_other()
    {
        for (var i = 0; i < 10; i++)
        {
            using (var abandoned = new CommitmentHash(Salt))
            {
                abandoned.Append([9]);
            }

            Assert.Equal(SHA256.HashData([1, 2, 3, 7]), CommitmentHash.Of(Salt, [7]));
        }
    }

    [Fact]
    public void Nothing_is_added_to_a_finished_one()
    {
        using var hash = new CommitmentHash(Salt);
        hash.Finish();

        Assert.Throws<ObjectDisposedException>(() => hash.Append([1]));
        Assert.Throws<ObjectDisposedException>(() => hash.Finish());
    }
}
