
namespace Plumbline.Trials.Sending;

/// <summary>
/// Sends a trial's packets, each in its own flow, by an open-loop schedule: one packet is due in each interval of
/// 1/rate, whatever happens to the packets before it.
/// </summary>
public interface ITrafficGenerator : IDisposable
{
    /// <summary>The name in results.</summary>
    string Name { get; }

    /// <summary>Sends some of the trial's packets.</summary>
    /// <param name="first">Number of the first packet within the trial. Its flow has the same number.</param>
    /// <param name="count">How many to send.</param>
    /// <param name="ratePps">Packets a second; infinity sends without waiting.</param>
    /// <param name="token">Ends the sending early. The result counts what was sent.</param>
    SendRun Send(int first, int count, double ratePps, CancellationToken token);

    /// <summary>
    /// Makes endpoints and conntrack forget the connections that packets have half opened. Call it when all is
    /// measured. Datagrams open none.
    /// </summary>
    /// <param name="count">How many of the trial's first packets.</param>
    void Release(int count)
    {
    }
}
