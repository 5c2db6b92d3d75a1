using Plumbline.DataPlanes;
using Plumbline.Contracts;
using Plumbline.Trials.Probes;

namespace Plumbline.Trials.Functions;

/// <summary>
/// Keeps the function probe loaded from one trial to the next. Rules of another data plane may bring a module, and with it
/// another function; then it is loaded anew.
/// </summary>
public sealed class FunctionProbes(StageProbe stage) : IDisposable
{
    private FunctionProbe? _loaded;
    private string? _refused;
    private bool _isChecked;

    /// <summary>Whether the kernel refuses to have programs on functions at all; found out once.</summary>
    /// <exception cref="FunctionProbeException">It does.</exception>
    public void Demand()
    {
        if (!_isChecked)
        {
            _isChecked = true;
            try
            {
                AttachCheck.Demand();
            }
            catch (FunctionProbeException exception)
            {
                _refused = exception.Message;
            }
        }

        if (_refused is not null)
        {
            throw new FunctionProbeException(_refused);
        }
    }

    /// <summary>The probe for all functions that the kernel has now.</summary>
    /// <exception cref="FunctionProbeException">It cannot be had, or the data plane's own function is not among them.</exception>
    public FunctionProbe Get(DataPlane dataPlane)
    {
        Demand();
        KernelRuleFunctions now = KernelRuleFunctions.Read();
        if (KnownDataPlanes.Of(dataPlane).EvaluatedBy is { } needed && now.There.Count > 0 && !now.There.Contains(needed))
        {
            throw new FunctionProbeException(
                $"{needed.WireName()}, which evaluates {dataPlane.WireName()}, is neither in the kernel's BTF nor in that of module {KernelRuleFunctions.Module(needed)}");
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
