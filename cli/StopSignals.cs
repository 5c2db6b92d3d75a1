using System.Runtime.InteropServices;

namespace Plumbline.Cli;

/// <summary>SIGINT, SIGTERM and SIGHUP: the first asks for an orderly stop, the second for an immediate one.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _first = new();
    private readonly CancellationTokenSource _second = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    public StopSignals()
    {
        foreach (PosixSignal signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP })
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                (_first.IsCancellationRequested ? _second : _first).Cancel();
            }));
        }
    }

    public CancellationToken First => _first.Token;

    public CancellationToken Second => _second.Token;

    public void Dispose()
    {
        _registrations.ForEach(each => each.Dispose());
        _first.Dispose();
        _second.Dispose();
    }
}
