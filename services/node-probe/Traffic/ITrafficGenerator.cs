using Plumbline.Trials;

namespace Plumbline.NodeProbe.Traffic;

/// <summary>
/// Sends a trial's packets, each of a flow of its own, by an open-loop schedule: packet i is due at start + i/rate
/// whatever became of the packets before.
/// </summary>
internal interface ITrafficGenerator : IDisposable
{
    /// <summary>As results name it.</summary>
    string Name { get; }

    /// <summary>Sends some of the trial's packets.</summary>
    /// <param name="first">Number of the first of them within the trial, which is that of its flow too.</param>
    /// <param name="count">How many to send.</param>
    /// <param name="ratePps">Packets a second; infinity sends one after the other without waiting.</param>
    /// <param name="token">Ends the sending early; the packets sent so far are told.</param>
    SendRun Send(int first, int count, double ratePps, CancellationToken token);
}
