using System.Security.Cryptography;
using System.Text;

namespace Plumbline.DataPlanes;

/// <summary>The hash in kube-proxy's chain names: base32 (RFC 4648) of SHA-256, cut off.</summary>
internal static class ChainHash
{
    private const string Base32Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <param name="text">What the chain is for.</param>
    /// <param name="length">Characters to keep.</param>
    public static string Of(string text, int length)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), digest);

        Span<char> encoded = stackalloc char[length];
        for (int i = 0; i < length; i++)
        {
            int bit = 5 * i;
            int twoBytes = (digest[bit / 8] << 8) | digest[(bit / 8) + 1];
            encoded[i] = Base32Alphabet[(twoBytes >> (11 - (bit % 8))) & 31];
        }

        return new string(encoded);
    }
}
