using System.Text.Json;
using FluentValidation;
using Plumbline.Contracts;

namespace Plumbline.Scheduler;

/// <summary>What a specification must keep to. Every rule that is broken is named, not only the first.</summary>
public sealed class ExperimentSpecValidator : AbstractValidator<ExperimentSpec>
{
    public const int MaxServices = 100_000;
    public const int MaxTrials = 1_000;
    public const int MaxPackets = 10_000_000;
    public const int MaxRatePps = 1_000_000;
    public const int MaxEndpointsPerService = 1_000;

    /// <summary>Rules of all Services together with their endpoints: what one node's kernel and tools can be given.</summary>
    public const long MaxEndpointRules = 1_000_000;

    /// <summary>64,512 source ports of each of 32,766 source addresses.</summary>
    public const long MaxFlows = 32_766L * 64_512;

    public ExperimentSpecValidator()
    {
        RuleLevelCascadeMode = CascadeMode.Stop;

        RuleFor(spec => spec.Name).NotEmpty().WithMessage("must not be empty").MaximumLength(100).WithMessage("must have at most 100 characters");
        NamesOf<DataPlane>(spec => spec.DataPlanes, [DataPlane.NoRules]);
        NamesOf<Position>(spec => spec.Positions, [Position.None]);
        NamesOf<ServiceProtocol>(spec => spec.Protocols, []);
        RuleFor(spec => spec.Protocols).Must(protocols => protocols is null || protocols.Contains(ServiceProtocol.Udp.WireName()))
            .WithMessage("must contain udp, which the one-way probe sends");
        RuleFor(spec => spec.NftablesDialect).Must(name => WireNames.TryParse<NftablesDialect>(name, out _))
            .WithMessage(spec => $"'{spec.NftablesDialect}' is not one of {string.Join(", ", WireNames.Of<NftablesDialect>())}");

        RuleFor(spec => spec.Services).NotEmpty().WithMessage("must name at least one number of Services");
        RuleForEach(spec => spec.Services).InclusiveBetween(1, MaxServices).WithMessage($"{{PropertyValue}} is not between 1 and {MaxServices:N0}");
        RuleFor(spec => spec.Services).Must(HasNoDuplicate).WithMessage("names a number of Services twice");
        Between(spec => spec.Trials, 1, MaxTrials);
        Between(spec => spec.Packets, 1, MaxPackets);
        Between(spec => spec.WarmupPackets, 0, MaxPackets);
        Between(spec => spec.RatePps, 1, MaxRatePps);
        Between(spec => spec.EndpointsPerService, 1, MaxEndpointsPerService);
        Between(spec => spec.MaxAttempts, 1, 100);
        RuleFor(spec => spec.Seed).InclusiveBetween(0, int.MaxValue).WithMessage($"{{PropertyValue}} is not between 0 and {int.MaxValue:N0}");

        RuleFor(spec => spec.EndpointsPerService)
            .Must((spec, endpoints) => (spec.Services ?? []).All(services => services > MaxServices || (long)services * endpoints <= MaxEndpointRules))
            .WithMessage($"with the largest number of Services makes more than {MaxEndpointRules:N0} endpoint rules");
        RuleFor(spec => spec.Packets)
            .Must((spec, _) => ExperimentPlanner.MostFlows(spec) <= MaxFlows)
            .WithMessage(spec => $"with these trials and attempts makes up to {ExperimentPlanner.MostFlows(spec):N0} flows; {MaxFlows:N0} can be told apart")
            .When(spec => spec is
            {
                DataPlanes: not null,
                Positions: not null,
                Services: not null,
                Trials: >= 1 and <= MaxTrials,
                WarmupPackets: >= 0 and <= MaxPackets,
                MaxAttempts: >= 1 and <= 100,
            });
    }

    /// <summary>The errors of a specification, empty when it can be run. Fields are named as in YAML and JSON.</summary>
    public static IReadOnlyList<FieldError> Errors(ExperimentSpec spec) =>
    [
        .. new ExperimentSpecValidator().Validate(spec).Errors
            .Select(error => new FieldError { Field = JsonNamingPolicy.CamelCase.ConvertName(error.PropertyName), Message = error.ErrorMessage })
            .DistinctBy(error => error.Field),
    ];

    private void NamesOf<T>(System.Linq.Expressions.Expression<Func<ExperimentSpec, IReadOnlyList<string>>> property, IReadOnlyList<T> excluded)
        where T : struct, Enum
    {
        string[] allowed = [.. WireNames.Of<T>().Except(excluded.Select(value => value.WireName()))];
        RuleFor(property).NotEmpty().WithMessage("must not be empty");
        RuleFor(property)
            .Must(names => names is null || names.All(allowed.Contains))
            .WithMessage((_, names) => $"'{names!.First(name => !allowed.Contains(name))}' is not one of {string.Join(", ", allowed)}");
        RuleFor(property).Must(HasNoDuplicate).WithMessage("names one twice");
    }

    private void Between(System.Linq.Expressions.Expression<Func<ExperimentSpec, int>> property, int least, int most) =>
        RuleFor(property).InclusiveBetween(least, most).WithMessage($"{{PropertyValue}} is not between {least:N0} and {most:N0}");

    private static bool HasNoDuplicate<T>(IReadOnlyList<T>? values) => values is null || values.Distinct().Count() == values.Count;
}
