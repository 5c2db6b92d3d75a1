using System.Linq.Expressions;
using System.Text.Json;
using FluentValidation;
using Plumbline.Contracts;
using Plumbline.DataPlanes;
using static Plumbline.Scheduler.ExperimentLimits;

namespace Plumbline.Scheduler;

/// <summary>The rules for specifications. Errors name every wrong field, not only the first.</summary>
public sealed class ExperimentSpecValidator : AbstractValidator<ExperimentSpec>
{
    private const int LongestName = 100;
    private const int LongestShown = 100;

    /// <summary>A DNS subdomain, as Kubernetes defines it (RFC 1123).</summary>
    private const string NodeName = @"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";

    private const int LongestNodeName = 253;

    private readonly Dictionary<string, IReadOnlyList<string>> _allowedNames = [];

    public ExperimentSpecValidator()
    {
        RuleLevelCascadeMode = CascadeMode.Stop;

        RuleFor(spec => spec.Name)
            .NotEmpty().WithMessage("must not be empty")
            .MaximumLength(LongestName).WithMessage($"must have at most {LongestName} characters");
        NamesOf(spec => spec.DataPlanes, [.. KnownDataPlanes.WithRules.Select(plane => plane.Name.Name)]);
        NamesOf(spec => spec.Positions, [.. WireNames.Of<Position>().Except([Position.None.WireName()])]);
        AxisRules();
        MeasureRules();
        NameOf<GeneratorKind>(spec => spec.Generator);
        NameOf<NftablesDialect>(spec => spec.NftablesDialect);
        NameOf<Pacing>(spec => spec.RttPacing);
        NameOf<GrpcConnection>(spec => spec.Connection);
        ModeRules();
        NodeRules();
        ServicesRules();
        NumberRules();
        FlowRules();
    }

    /// <summary>The names that a field, or each of its entries, may have, by property.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> AllowedNames => _allowedNames;

    /// <summary>The errors of a request. A foreign sender's message may lack what its type demands.</summary>
    public static IReadOnlyList<FieldError> RequestErrors(ExperimentRequested request)
    {
        if (request.ExperimentId == Guid.Empty)
        {
            return [new FieldError { Field = "experimentId", Message = "must not be empty" }];
        }

        return request.Spec is null
            ? [new FieldError { Field = "spec", Message = "must not be empty" }]
            : Errors(request.Spec);
    }

    /// <summary>The errors of a specification, with fields as in YAML and JSON. Empty when it can run.</summary>
    public static IReadOnlyList<FieldError> Errors(ExperimentSpec spec) =>
    [
        .. new ExperimentSpecValidator().Validate(spec).Errors
            .Select(error => new FieldError
            {
                Field = JsonNamingPolicy.CamelCase.ConvertName(error.PropertyName),
                Message = error.ErrorMessage,
            })
            .DistinctBy(error => error.Field),
    ];

    /// <summary>Axes without a property of their own, and keys that are no axis at all.</summary>
    private void AxisRules() => RuleFor(spec => spec).Custom((spec, context) =>
    {
        foreach ((string key, JsonElement values) in spec.Others)
        {
            if (AxisValues.Problem(key, values) is { } problem)
            {
                context.AddFailure(key, problem);
            }
        }

        if (PacketRules.ProtocolProblem(spec) is { } missing)
        {
            context.AddFailure(Axes.Protocol.Key, missing);
        }

        if (PacketRules.CacheProblem(spec) is { } cold)
        {
            context.AddFailure(Axes.Cache.Key, cold);
        }
    });

    private void MeasureRules()
    {
        NamesOf(spec => spec.Measure, WireNames.Of<Measure>());
        NamesOf(spec => spec.Timing, WireNames.Of<Timing>());
        RuleFor(spec => spec.Timing)
            .Must((spec, timing) => !timing.Contains(Timing.Function.WireName())
                || spec.Measure.Contains(Measure.OneWay.WireName()))
            .WithMessage("names function, which times one-way packets, but measure has no one-way")
            .When(spec => spec is { Timing: not null, Measure: not null });
        RuleFor(spec => spec.Generator)
            .Must((spec, _) => PacketRules.GeneratorProblem(spec) is null)
            .WithMessage(spec => PacketRules.GeneratorProblem(spec)!);
    }

    private void ModeRules()
    {
        NamesOf(spec => spec.ProxyModes, WireNames.Of<ProxyMode>(), mayBeEmpty: true);
        RuleFor(spec => spec.ProxyModes)
            .Must((spec, modes) => modes is [] || spec.AllowProxyReconfiguration)
            .WithMessage(ProxyModeRules.NotAllowed);
        RuleFor(spec => spec.AllowProxyReconfiguration)
            .Must((spec, allow) => !allow || spec.ProxyModes is null or not [])
            .WithMessage(ProxyModeRules.NotAsked);
        RuleFor(spec => spec.Nodes)
            .Must((spec, nodes) => nodes is null or not [] || spec.ProxyModes is null or [])
            .WithMessage(ProxyModeRules.NoNodes);
        RuleFor(spec => spec.DataPlanes)
            .Must((spec, _) => ProxyModeRules.WrongDataPlanes(spec) is null)
            .WithMessage(spec => ProxyModeRules.WrongDataPlanes(spec)!);
    }

    private void NodeRules()
    {
        RuleForEach(spec => spec.Nodes)
            .NotNull().WithMessage("has a null entry")
            .Matches(NodeName).WithMessage("'{PropertyValue}' is not a node's name")
            .MaximumLength(LongestNodeName).WithMessage($"has a name of more than {LongestNodeName} characters")
            .When(spec => spec.Nodes is null or { Count: <= MaxNodes });
        RuleFor(spec => spec.Nodes)
            .NotNull().WithMessage("must be a list")
            .Must(nodes => nodes is null || nodes.Count <= MaxNodes).WithMessage($"names more than {MaxNodes} nodes");
        RuleFor(spec => spec.Nodes).Must(HasNoDuplicate).WithMessage("names a node twice");
    }

    private void NumberRules()
    {
        Between(spec => spec.Builds, 1, MaxBuilds);
        Between(spec => spec.Trials, 1, MaxTrials);
        Between(spec => spec.Packets, 1, MaxPackets);
        Between(spec => spec.WarmupPackets, 0, MaxPackets);
        Between(spec => spec.RatePps, 1, MaxRatePps);
        Between(spec => spec.EndpointsPerService, 1, MaxEndpointsPerService);
        Between(spec => spec.MaxAttempts, 1, MaxAttempts);
        Between(spec => spec.TimeoutMs, 1, MaxTimeoutMs);
        Between(spec => spec.Requests, 1, MaxRequests);
        Between(spec => spec.Rps, 1, MaxRps);
        Between(spec => spec.WorkUs, 0, MaxWorkUs);
        Between(spec => spec.PortsPerService, 1, MaxPortsPerService);
        RuleFor(spec => spec.Seed)
            .InclusiveBetween(0, int.MaxValue).WithMessage($"{{PropertyValue}} is not between 0 and {int.MaxValue:N0}");
        RuleFor(spec => spec.WorkUs)
            .Must((spec, work) => work < spec.TimeoutMs * 10_000L)
            .WithMessage("is longer than a request's timeout (ten times timeoutMs)")
            .When(spec => spec.TimeoutMs >= 1);
    }

    private void ServicesRules()
    {
        RuleFor(spec => spec.Services).NotEmpty().WithMessage("must name at least one number of Services");
        RuleForEach(spec => spec.Services)
            .InclusiveBetween(1, MaxServices)
            .WithMessage($"{{PropertyValue}} is not between 1 and {MaxServices:N0}")
            .When(spec => spec.Services is null or { Count: <= MaxSteps });
        RuleFor(spec => spec.Services)
            .Must(services => services is null || services.Count <= MaxSteps)
            .WithMessage($"names more than {MaxSteps} numbers of Services");
        RuleFor(spec => spec.Services).Must(HasNoDuplicate).WithMessage("names a number of Services twice");
        RuleFor(spec => spec.EndpointsPerService)
            .Must((spec, endpoints) => (spec.Services ?? []).All(services =>
                services > MaxServices || (long)services * spec.PortsPerService * endpoints <= MaxEndpointRules))
            .WithMessage($"with the largest number of Services makes more than {MaxEndpointRules:N0} endpoint rules")
            .When(spec => spec.PortsPerService is >= 1 and <= MaxPortsPerService);
    }

    private void FlowRules() => RuleFor(spec => spec.Packets)
        .Must((spec, _) => ExperimentPlanner.MostFlows(spec) <= MaxFlows)
        .WithMessage(spec =>
            $"with these builds, trials and attempts needs up to {ExperimentPlanner.MostFlows(spec):N0} flows; "
            + $"there are {MaxFlows:N0}")
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
            Builds: >= 1 and <= MaxBuilds,
            Trials: >= 1 and <= MaxTrials,
            WarmupPackets: >= 0 and <= MaxPackets,
            MaxAttempts: >= 1 and <= MaxAttempts,
        });

    private void NamesOf(
        Expression<Func<ExperimentSpec, IReadOnlyList<string>>> property,
        IReadOnlyList<string> allowed,
        bool mayBeEmpty = false)
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
            .WithMessage((_, names) => NotOneOf(names!.First(name => !allowed.Contains(name)), allowed));
        RuleFor(property).Must(HasNoDuplicate).WithMessage("names a value twice");
    }

    private void NameOf<T>(Expression<Func<ExperimentSpec, string>> property)
        where T : struct, Enum
    {
        _allowedNames[PropertyOf(property)] = WireNames.Of<T>();
        RuleFor(property)
            .Must(name => WireNames.TryParse<T>(name, out _))
            .WithMessage((_, name) => NotOneOf(name, WireNames.Of<T>()));
    }

    private void Between(Expression<Func<ExperimentSpec, int>> property, int least, int most) =>
        RuleFor(property).InclusiveBetween(least, most)
            .WithMessage($"{{PropertyValue}} is not between {least:N0} and {most:N0}");

    private static string PropertyOf(LambdaExpression property) => ((MemberExpression)property.Body).Member.Name;

    /// <summary>A long wrong name is cut.</summary>
    private static string NotOneOf(string? name, IReadOnlyList<string> allowed)
    {
        string? shown = name is { Length: > LongestShown } ? $"{name[..LongestShown]}…" : name;
        return $"'{shown}' is not one of {string.Join(", ", allowed)}";
    }

    private static bool HasNoDuplicate<T>(IReadOnlyList<T>? values) =>
        values is null || values.Distinct().Count() == values.Count;
}
