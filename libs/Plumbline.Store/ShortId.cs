namespace Plumbline.Store;

/// <summary>The part of an experiment's id that people see. Commands accept it in place of the whole id.</summary>
public static class ShortId
{
    private const int Digits = 8;

    public static string Of(Guid experimentId) => experimentId.ToString("N")[..Digits];
}
