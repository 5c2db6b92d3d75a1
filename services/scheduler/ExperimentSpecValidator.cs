using Plumbline.DataPlanes;
using System.Text.Json;
using FluentValidation;
using Plumbline.Contracts;

namespace Plumbline.Scheduler;

/// <summary>What a specification must keep to. Every rule that is broken is named, not only the first.</summary>
public sealed class ExperimentSpecValidator : AbstractValidator<ExperimentSpec>
{
    public const int MaxServices = 100_000;
    public const int MaxTrials = 1_000;

    /// <summary>Numbers of Services in one experiment.</summary>
    public const int MaxSteps = 100;
    public const int MaxPackets = 10_000_000;
    public const int MaxRatePps = 1_000_000;
    public const int MaxEndpointsPerService = 1_000;
    public const int MaxTimeoutMs = 60_000;
    public const int MaxRequests = 100_000;
    public const int MaxRps = 100_000;

    /// <summary>What the echo worker does at most in one request.</summary>
    public const int MaxWorkUs = 10_000_000;

    /// <summary>Rules of all Services together with their endpoints: what one node's kernel and tools can be given.</summary>
    public const long MaxEndpointRules = 1_000_000;

    /// <summary>Each is a rule: twenty such Services are ten thousand.</summary>
    public const int MaxPortsPerService = 500;

    /// <summary>Each node has trials of its own.</summary>
    public const int MaxNodes = 100;

    private const int LongestShown = 100;

    /// <summary>A DNS subdomain, as Kubernetes has it (RFC 1123).</summary>
    private const string NodeName = @"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";

    private const int LongestNodeName = 253;

    private readonly Dictionary<string, IReadOnlyList<string>> _allowedNames = [];

    /// <summary>64,512 source ports of each of 32,765 source addresses.</summary>
    public const long MaxFlows = 32_765L * 64_512;

    public ExperimentSpecValidator()
    {
        RuleLevelCascadeMode = CascadeMode.Stop;

        RuleFor(spec => spec.Name).NotEmpty().WithMessage("must not be empty").MaximumLength(100).WithMessage("must have at most 100 characters");
        NamesOf(spec => spec.DataPlanes, [.. KnownDataPlanes.WithRules.Select(plane => plane.Name.Name)]);
        AxisRules();
        NamesOf(spec => spec.Positions, [.. WireNames.Of<Position>().Except([Position.None.WireName()])]);
        NamesOf(spec => spec.Protocols, WireNames.Of<ServiceProtocol>());
        NamesOf(spec => spec.Measure, WireNames.Of<Measure>());
        NamesOf(spec => spec.Timing, WireNames.Of<Timing>());
        RuleFor(spec => spec.Timing)
            .Must((spec, probe) => !probe.Contains(Timing.Function.WireName()) || spec.Measure.Contains(Measure.OneWay.WireName()))
            .WithMessage("names function, which times one-way packets, but measure has no one-way")
            .When(spec => spec is { Timing: not null, Measure: not null });
        RuleFor(spec => spec.Protocols).Must((spec, protocols) => MissingProtocol(spec) is null)
            .WithMessage(spec => $"must contain {MissingProtocol(spec)}");
        NameOf<GeneratorKind>(spec => spec.Generator);
        NameOf<NftablesDialect>(spec => spec.NftablesDialect);
        NameOf<RoundTripMode>(spec => spec.RttMode);
        NameOf<Pacing>(spec => spec.RttPacing);
        NameOf<GrpcConnection>(spec => spec.Connection);
        NamesOf(spec => spec.ProxyModes, WireNames.Of<ProxyMode>(), mayBeEmpty: true);
        RuleFor(spec => spec.ProxyModes).Must((spec, modes) => modes is [] || spec.AllowProxyReconfiguration).WithMessage(ProxyModeRules.NotAllowed);
        RuleFor(spec => spec.AllowProxyReconfiguration).Must((spec, allow) => !allow || spec.ProxyModes is null or not []).WithMessage(ProxyModeRules.NotAsked);
        RuleFor(spec => spec.Nodes).Must((spec, nodes) => nodes is null or not [] || spec.ProxyModes is null or []).WithMessage(ProxyModeRules.NoNodes);
        RuleFor(spec => spec.DataPlanes).Must((spec, _) => ProxyModeRules.WrongDataPlanes(spec) is null).WithMessage(spec => ProxyModeRules.WrongDataPlanes(spec)!);
        RuleForEach(spec => spec.Nodes).NotNull().WithMessage("has an entry that is no name").Matches(NodeName).WithMessage("'{PropertyValue}' is no name of a node")
            .MaximumLength(LongestNodeName).WithMessage($"has a name of more than {LongestNodeName} characters")
            .When(spec => spec.Nodes is null or { Count: <= MaxNodes });
        RuleFor(spec => spec.Nodes).NotNull().WithMessage("must be a list").Must(nodes => nodes is null || nodes.Count <= MaxNodes).WithMessage($"names more than {MaxNodes} nodes");
        RuleFor(spec => spec.Nodes).Must(HasNoDuplicate).WithMessage("names one twice");

        RuleFor(spec => spec.Services).NotEmpty().WithMessage("must name at least one number of Services");
        RuleForEach(spec => spec.Services).InclusiveBetween(1, MaxServices).WithMessage($"{{PropertyValue}} is not between 1 and {MaxServices:N0}")
            .When(spec => spec.Services is null or { Count: <= MaxSteps });
        RuleFor(spec => spec.Services).Must(services => services is null || services.Count <= MaxSteps).WithMessage($"names more than {MaxSteps} numbers of Services");
        RuleFor(spec => spec.Services).Must(HasNoDuplicate).WithMessage("names a number of Services twice");
        Between(spec => spec.Trials, 1, MaxTrials);
        Between(spec => spec.Packets, 1, MaxPackets);
        Between(spec => spec.WarmupPackets, 0, MaxPackets);
        Between(spec => spec.RatePps, 1, MaxRatePps);
        Between(spec => spec.EndpointsPerService, 1, MaxEndpointsPerService);
        Between(spec => spec.MaxAttempts, 1, 100);
        Between(spec => spec.TimeoutMs, 1, MaxTimeoutMs);
        Between(spec => spec.Requests, 1, MaxRequests);
        Between(spec => spec.Rps, 1, MaxRps);
        Between(spec => spec.WorkUs, 0, MaxWorkUs);
        Between(spec => spec.PortsPerService, 1, MaxPortsPerService);
        RuleFor(spec => spec.PortsPerService)
            .Must((spec, ports) => spec.Protocols is null or [] || spec.Nodes is { Count: > 0 } || ports <= spec.Protocols.Count)
            .WithMessage("is more than the protocols that the ports can have; only Services of a cluster, whose nodes are named, have more");
        RuleFor(spec => spec.Services)
            .Must((spec, services) => services.All(count => count < 1 || (long)count * spec.PortsPerService >= spec.Protocols.Count))
            .WithMessage("has a number too small for a port of each protocol; take more Services, one protocol, or two ports per Service")
            .When(spec => spec is { Services: not null, Protocols: not null, PortsPerService: >= 1 });
        RuleFor(spec => spec.WorkUs)
            .Must((spec, work) => work < spec.TimeoutMs * 10_000L)
            .WithMessage("is longer than a request's timeout (ten times timeoutMs)")
            .When(spec => spec.TimeoutMs >= 1);
        RuleFor(spec => spec.Seed).InclusiveBetween(0, int.MaxValue).WithMessage($"{{PropertyValue}} is not between 0 and {int.MaxValue:N0}");

        RuleFor(spec => spec.EndpointsPerService)
            .Must((spec, endpoints) => (spec.Services ?? []).All(services =>
                services > MaxServices || (long)services * spec.PortsPerService * endpoints <= MaxEndpointRules))
            .WithMessage($"with the largest number of Services makes more than {MaxEndpointRules:N0} endpoint rules")
            .When(spec => spec.PortsPerService is >= 1 and <= MaxPortsPerService);
        RuleFor(spec => spec.Packets)
            .Must((spec, _) => ExperimentPlanner.MostFlows(spec) <= MaxFlows)
            .WithMessage(spec => $"with these trials and attempts makes up to {ExperimentPlanner.MostFlows(spec):N0} flows; {MaxFlows:N0} can be told apart")
            .When(spec => spec is
            {
                DataPlanes: not null,
                Nodes: not null,
                Positions: not null,
                Services: not null,
                ProxyModes: not null,
                Measure: not null,
                Timing: not null,
                Requests: >= 1 and <= MaxRequests,
                Trials: >= 1 and <= MaxTrials,
                WarmupPackets: >= 0 and <= MaxPackets,
                MaxAttempts: >= 1 and <= 100,
            });
    }

    /// <summary>The names that a field, or each entry of it, may have, by property.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> AllowedNames => _allowedNames;

    /// <summary>The errors of a request, whoever sent it: a message may lack what its type demands.</summary>
    public static IReadOnlyList<FieldError> RequestErrors(ExperimentRequested request) =>
        request.ExperimentId == Guid.Empty ? [new FieldError { Field = "experimentId", Message = "must not be empty" }]
        : request.Spec is null ? [new FieldError { Field = "spec", Message = "must not be empty" }]
        : Errors(request.Spec);

    /// <summary>The errors of a specification, empty when it can be run. Fields are named as in YAML and JSON.</summary>
    public static IReadOnlyList<FieldError> Errors(ExperimentSpec spec) =>
    [
        .. new ExperimentSpecValidator().Validate(spec).Errors
            .Select(error => new FieldError { Field = JsonNamingPolicy.CamelCase.ConvertName(error.PropertyName), Message = error.ErrorMessage })
            .DistinctBy(error => error.Field),
    ];

    /// <summary>Axes without a property of their own, and keys that are no axis at all.</summary>
    private void AxisRules() => RuleFor(spec => spec).Custom((spec, context) =>
    {
        foreach ((string key, JsonElement values) in spec.Others ?? new Dictionary<string, JsonElement>())
        {
            if (AxisValues.Problem(key, values) is { } problem)
            {
                context.AddFailure(key, problem);
            }
        }
    });

    private void NamesOf(
        System.Linq.Expressions.Expression<Func<ExperimentSpec, IReadOnlyList<string>>> property, IReadOnlyList<string> allowed, bool mayBeEmpty = false)
    {
        _allowedNames[PropertyOf(property)] = allowed;
        if (mayBeEmpty)
        {
            RuleFor(property).NotNull().WithMessage("must be a list");
        }
        else
        {
            RuleFor(property).NotEmpty().WithMessage("must not be empty");
        }

        RuleFor(property)
            .Must(names => names is null || names.All(allowed.Contains))
            .WithMessage((_, names) => $"'{Shown(names!.First(name => !allowed.Contains(name)))}' is not one of {string.Join(", ", allowed)}");
        RuleFor(property).Must(HasNoDuplicate).WithMessage("names one twice");
    }

    private void Between(System.Linq.Expressions.Expression<Func<ExperimentSpec, int>> property, int least, int most) =>
        RuleFor(property).InclusiveBetween(least, most).WithMessage($"{{PropertyValue}} is not between {least:N0} and {most:N0}");

    private void NameOf<T>(System.Linq.Expressions.Expression<Func<ExperimentSpec, string>> property)
        where T : struct, Enum
    {
        _allowedNames[PropertyOf(property)] = WireNames.Of<T>();
        RuleFor(property).Must(name => WireNames.TryParse<T>(name, out _))
            .WithMessage((_, name) => $"'{Shown(name)}' is not one of {string.Join(", ", WireNames.Of<T>())}");
    }

    private static string PropertyOf(System.Linq.Expressions.LambdaExpression property) => ((System.Linq.Expressions.MemberExpression)property.Body).Member.Name;

    /// <summary>As much of a wrong name as tells which it is.</summary>
    private static string? Shown(string? name) => name is { Length: > LongestShown } ? $"{name[..LongestShown]}…" : name;

    /// <summary>A protocol that a probe sends and no Service would have, and the probe; null where there is none.</summary>
    private static string? MissingProtocol(ExperimentSpec spec)
    {
        if (spec.Protocols is null || spec.Measure is null)
        {
            return null;
        }

        bool hasUdp = spec.Protocols.Contains(ServiceProtocol.Udp.WireName());
        bool hasTcp = spec.Protocols.Contains(ServiceProtocol.Tcp.WireName());
        bool isEcho = spec.RttMode == RoundTripMode.UdpEcho.WireName();
        bool isSyn = spec.RttMode == RoundTripMode.TcpSyn.WireName();
        return !hasUdp && Measures(Measure.OneWay) ? "udp, which one-way sends"
            : !hasUdp && isEcho && Measures(Measure.RoundTrip) ? "udp, which rtt sends in mode udp-echo"
            : !hasTcp && isSyn && Measures(Measure.RoundTrip) ? "tcp, which rtt sends in mode tcp-syn"
            : !hasTcp && Measures(Measure.Grpc) ? "tcp, which grpc needs"
            : null;

        bool Measures(Measure probe) => spec.Measure.Contains(probe.WireName());
    }

    private static bool HasNoDuplicate<T>(IReadOnlyList<T>? values) => values is null || values.Distinct().Count() == values.Count;
}
