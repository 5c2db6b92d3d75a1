using Plumbline.Contracts;
using Plumbline.DataPlanes;
using Plumbline.Probing.Stages;

namespace Plumbline.Probing.Functions;

/// <summary>
/// Keeps the function probe loaded from one trial to the next. The rules of another data plane may bring a kernel
/// module, and with it another function. Then the probe is loaded anew.
/// </summary>
public sealed class FunctionProbeSource(StageProbe stage) : IProbeSource
{
    private FunctionProbe? _loaded;
    private string? _refused;
    private bool _isChecked;

    public Timing Timing => Timing.Function;

    public string Name => Timing.Function.WireName();

    /// <inheritdoc/>
    /// <remarks>Tries once and remembers the outcome.</remarks>
    public void Demand()
    {
        if (!_isChecked)
        {
            _isChecked = true;
            try
            {
                AttachCheck.Demand();
            }
            catch (ProbeUnavailableException exception)
            {
                _refused = exception.Message;
            }
        }

        if (_refused is not null)
        {
            throw new ProbeUnavailableException(_refused);
        }
    }

    /// <inheritdoc/>
    /// <remarks>The probe times every rule function that the kernel has now.</remarks>
    public ITimingProbe Get(DataPlane dataPlane)
    {
        Demand();
        KernelRuleFunctions now = KernelRuleFunctions.Read();
        if (KnownDataPlanes.Of(dataPlane).EvaluatedBy is { } needed
            && now.There.Count > 0
            && !now.There.Contains(needed))
        {
            throw new ProbeUnavailableException(
                $"{needed.WireName()} evaluates {dataPlane.WireName()}, but neither the kernel's BTF nor "
                + $"that of module {KernelRuleFunctions.Module(needed)} has it");
        }

        if (_loaded is null || _loaded.Functions != now)
        {
            Dispose();
            _loaded = FunctionProbe.Load(stage, now);
        }

        return _loaded;
    }

    public void Dispose()
    {
        _loaded?.Dispose();
        _loaded = null;
    }
}
