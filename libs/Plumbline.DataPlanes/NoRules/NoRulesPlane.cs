using Plumbline.Contracts;
using Plumbline.Linux;

namespace Plumbline.DataPlanes.NoRules;

/// <summary>The baseline: no rules at all.</summary>
public sealed class NoRulesPlane : IDataPlane
{
    public DataPlane Name => DataPlane.NoRules;

    public ProxyMode? Mode => null;

    public RuleFunction? EvaluatedBy => null;

    public IReadOnlyList<(string Tool, string Package)> Tools => [];

    public bool HasDialects => false;

    public int Number => 0;

    public PlaneStyle Style { get; } = new("#000000", "#e4e8ec", PlaneDash.DashDot, PlaneMarker.Diamond, 4);

    public RulesInput? Write(RulesRequest request) => null;

    public int MostTargets(int services, int portsPerService) => 0;

    public Task<ServiceRuleSet> ReadAsync(NetworkNamespace node, CancellationToken token) =>
        Task.FromResult(new ServiceRuleSet([]));

    public Task<string?> ReadTextAsync(NetworkNamespace node, ServiceRule rule, CancellationToken token) =>
        Task.FromResult<string?>(null);

    public string FoundBy(int index) => "without a rule";

    public Task<int> CountRefusingAsync(NetworkNamespace node, string serviceNamespace, CancellationToken token) =>
        Task.FromResult(0);

    public Task<Detection?> DetectAsync(NetworkNamespace node, CancellationToken token) =>
        Task.FromResult<Detection?>(null);

    public Task<KernelCheck?> CheckKernelAsync(CancellationToken token) => Task.FromResult<KernelCheck?>(null);
}
