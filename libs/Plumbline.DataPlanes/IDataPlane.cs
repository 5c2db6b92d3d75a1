using Plumbline.Contracts;
using Plumbline.Linux;

namespace Plumbline.DataPlanes;

/// <summary>
/// One data plane: how kube-proxy's rules get into the kernel, how they are read back, what evaluates them, and how a
/// report shows it. Nothing outside this library asks which data plane it has.
/// </summary>
public interface IDataPlane
{
    DataPlane Name { get; }

    /// <summary>The mode in which kube-proxy writes such rules; null where kube-proxy writes none.</summary>
    ProxyMode? Mode { get; }

    /// <summary>The kernel's function that evaluates the rules; null where none does.</summary>
    RuleFunction? EvaluatedBy { get; }

    /// <summary>Tools that write and read the rules, with the Debian packages that have them.</summary>
    IReadOnlyList<(string Tool, string Package)> Tools { get; }

    /// <summary>Whether the shape of the rules depends on kube-proxy's version (<see cref="NftablesDialect"/>).</summary>
    bool HasDialects { get; }

    /// <summary>Whether it finds a Service in the same time however many there are, by its design.</summary>
    bool IsConstantByDesign => false;

    /// <summary>A small number of its own: part of the seed of its rule order and of device numbers.</summary>
    int Number { get; }

    PlaneStyle Style { get; }

    /// <summary>The rules of Services as input for a tool. Pure.</summary>
    /// <exception cref="InvalidOperationException">The data plane has no rules.</exception>
    RulesInput Write(RulesRequest request);

    /// <summary>Of so many Services, how many a trial may aim at; their rules are exactly as kube-proxy writes them.</summary>
    int MostTargets(int services, int portsPerService);

    /// <summary>Reads the ClusterIP rules that the node's kernel holds, in their order. Changes nothing.</summary>
    /// <exception cref="ToolException">The tool failed, or the node has no such rules at all.</exception>
    /// <exception cref="FormatException">The tool printed something that is no Service rule.</exception>
    Task<ServiceRuleSet> ReadAsync(NetworkNamespace node, CancellationToken token);

    /// <summary>One rule as the tool prints it for people; null when it is gone.</summary>
    /// <exception cref="ToolException">The tool failed.</exception>
    Task<string?> ReadTextAsync(NetworkNamespace node, ServiceRule rule, CancellationToken token);

    /// <summary>Counts rules that refuse packets to a namespace's Services because they have no endpoints.</summary>
    /// <exception cref="ToolException">The tool is missing, or failed otherwise than for want of such rules.</exception>
    Task<int> CountRefusingAsync(NetworkNamespace node, string serviceNamespace, CancellationToken token);

    /// <summary>Counts the Service rules that a node has; null where it has none of this data plane's chains. Changes nothing.</summary>
    /// <exception cref="ToolException">A tool is missing or failed.</exception>
    Task<int?> DetectAsync(NetworkNamespace node, CancellationToken token);

    /// <summary>Why this kernel cannot hold such rules, and what to do; null where it can.</summary>
    Task<string?> FindObstacleAsync(CancellationToken token);
}

/// <summary>What to write rules for.</summary>
/// <param name="Cell">The step's cell: axes of the rules that a data plane may act on.</param>
/// <param name="Ports">In the order of their rules.</param>
public sealed record RulesRequest(Cell Cell, IReadOnlyList<ServicePort> Ports, KubeProxyNetwork Network, NftablesDialect Dialect);

/// <summary>Rules as a tool takes them on standard input.</summary>
public sealed record RulesInput(string Tool, IReadOnlyList<string> Arguments, string Text);

/// <summary>How plots and pages show a data plane.</summary>
/// <param name="Color">As <c>#0072b2</c>, of Okabe and Ito's palette.</param>
/// <param name="DarkColor">The same on dark pages.</param>
/// <param name="Dash">Tells lines apart without colour.</param>
/// <param name="Marker">Of plots whose series are data planes.</param>
/// <param name="MarkerSize">Markers drawn later are smaller, so that those of equal figures can all be seen.</param>
public sealed record PlaneStyle(
    string Color, string DarkColor, PlaneDash Dash, PlaneMarker Marker, double MarkerSize, bool IsFilled = false);

public enum PlaneDash
{
    Solid,
    Dash,
    Dot,
    DashDot,
}

public enum PlaneMarker
{
    Circle,
    Square,
    Triangle,
    Diamond,
}
