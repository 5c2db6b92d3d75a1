namespace Plumbline.Tests;

/// <summary>A number of random faults of all kinds. The seed and the order of requests determine them.</summary>
internal sealed class RandomFaults(int seed, int count, double probability)
{
    private static readonly Fault[] s_all = [.. Enum.GetValues<Fault>().Where(fault => fault != Fault.None)];

    private readonly Random _random = new(seed);
    private readonly Lock _lock = new();
    private readonly Dictionary<Fault, int> _had = [];

    public int Left { get; private set; } = count;

    /// <summary>The number of faults of each kind so far.</summary>
    public IReadOnlyDictionary<Fault, int> Had => _had;

    public Fault Next()
    {
        lock (_lock)
        {
            if (Left == 0 || _random.NextDouble() >= probability)
            {
                return Fault.None;
            }

            Left--;
            Fault fault = s_all[_random.Next(s_all.Length)];
            _had[fault] = _had.GetValueOrDefault(fault) + 1;
            return fault;
        }
    }
}
