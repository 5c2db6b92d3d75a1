using Plumbline.Contracts;
using Plumbline.Linux;

namespace Plumbline.DataPlanes;

/// <summary>
/// One data plane: how kube-proxy's rules get into the kernel, how they are read back, what evaluates them, and how a
/// report shows it. Code elsewhere asks this interface and never tests a data plane's name.
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

    /// <summary>Whether the rules' shape depends on kube-proxy's version (<see cref="NftablesDialect"/>).</summary>
    bool HasDialects { get; }

    /// <summary>Whether it finds a Service in the same time however many there are, by its design.</summary>
    bool IsConstantByDesign => false;

    /// <summary>A small number of its own: part of the seed of its rule order and of device numbers.</summary>
    int Number { get; }

    PlaneStyle Style { get; }

    /// <summary>The rules of Services as input for a tool; null for a data plane without rules. Pure.</summary>
    RulesInput? Write(RulesRequest request);

    /// <summary>How many of the Services have rules exactly as kube-proxy writes them: a trial aims at these.</summary>
    int MostTargets(int services, int portsPerService);

    /// <summary>Reads the ClusterIP rules that the node's kernel holds, in their order. Changes nothing.</summary>
    /// <exception cref="ToolException">The tool failed, or the node has no such rules at all.</exception>
    /// <exception cref="FormatException">The tool printed something that is no Service rule.</exception>
    Task<ServiceRuleSet> ReadAsync(NetworkNamespace node, CancellationToken token);

    /// <summary>One rule as the tool prints it for people; null when it is gone.</summary>
    /// <exception cref="ToolException">The tool failed.</exception>
    Task<string?> ReadTextAsync(NetworkNamespace node, ServiceRule rule, CancellationToken token);

    /// <summary>How a packet finds a rule, in words, as <c>rule 57</c>.</summary>
    /// <param name="index">As <see cref="ServiceRule.Index"/>.</param>
    string FoundBy(int index);

    /// <summary>Counts rules that refuse packets to a namespace's Services because they have no endpoints.</summary>
    /// <exception cref="ToolException">The tool is missing or failed; a lack of such rules is no failure.</exception>
    Task<int> CountRefusingAsync(NetworkNamespace node, string serviceNamespace, CancellationToken token);

    /// <summary>Finds this data plane's chains on a node; null where it has none. Changes nothing.</summary>
    /// <exception cref="ToolException">A tool is missing or failed.</exception>
    /// <exception cref="FormatException">A tool printed a Service rule that cannot be read.</exception>
    Task<Detection?> DetectAsync(NetworkNamespace node, CancellationToken token);

    /// <summary>Tries what some kernels lack for such rules; null where none lacks anything. Needs root.</summary>
    Task<KernelCheck?> CheckKernelAsync(CancellationToken token);
}

/// <summary>What to write rules for.</summary>
/// <param name="Cell">The step's cell: axes of the rules that a data plane may act on.</param>
/// <param name="Ports">In the order of their rules.</param>
public sealed record RulesRequest(
    Cell Cell, IReadOnlyList<ServicePort> Ports, KubeProxyNetwork Network, NftablesDialect Dialect);

/// <summary>Rules as a tool takes them on standard input.</summary>
public sealed record RulesInput(string Tool, IReadOnlyList<string> Arguments, string Text);

/// <summary>A data plane's chains on a node.</summary>
/// <param name="Rules">Service rules; 0 where a switch of kube-proxy's mode left only chains.</param>
/// <param name="Dialect">Null where the data plane has none, or the shape of its rules is not known.</param>
public sealed record Detection(DataPlane DataPlane, int Rules, NftablesDialect? Dialect = null);

/// <summary>Whether the kernel has something that a data plane needs.</summary>
/// <param name="What">The thing, as <c>legacy tables</c>.</param>
/// <param name="Remedy">What to do; null where the kernel has it.</param>
public sealed record KernelCheck(string What, string Detail, string? Remedy = null);
