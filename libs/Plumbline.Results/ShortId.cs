namespace Plumbline.Results;

/// <summary>As much of an experiment's id as people are shown; commands take it for the whole.</summary>
public static class ShortId
{
    private const int Digits = 8;

    public static string Of(Guid experimentId) => experimentId.ToString("N")[..Digits];
}
