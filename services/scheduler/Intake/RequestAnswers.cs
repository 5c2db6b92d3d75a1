using MassTransit;
using Microsoft.Extensions.Logging;
using Plumbline.Contracts;

namespace Plumbline.Scheduler.Intake;

/// <summary>
/// Acts on a plain-JSON request and answers it. A valid request becomes a message on the bus. A refused experiment
/// becomes an <see cref="ExperimentRejected"/>.
/// </summary>
internal sealed class RequestAnswers(IBus bus, ExperimentDriver driver, ILogger<RequestAnswers> logger)
{
    /// <returns>A <see cref="StatusAnswer"/> to a status request, otherwise a <see cref="RequestAnswer"/>.</returns>
    public async Task<object> AnswerAsync(ReadRequest request, CancellationToken token)
    {
        switch (request)
        {
            case ReadExperiment { Request: var experiment }:
                IReadOnlyList<FieldError> errors = await driver.RequestErrorsAsync(experiment, token);
                return errors.Count > 0
                    ? await RejectAsync(experiment.ExperimentId, errors, token)
                    : await AcceptAsync(experiment, token);

            case ReadCancel cancel:
                IReadOnlyList<FieldError> cancelErrors = await driver.CancelErrorsAsync(cancel.ExperimentId, token);
                if (cancelErrors.Count == 0)
                {
                    await bus.Publish(new CancelExperiment { ExperimentId = cancel.ExperimentId }, token);
                }

                return Answer(cancel.ExperimentId, cancelErrors);

            case ReadRerun { Rerun: var rerun }:
                IReadOnlyList<FieldError> rerunErrors = await driver.RerunErrorsAsync(rerun, token);
                if (rerunErrors.Count == 0)
                {
                    await bus.Publish(rerun, token);
                }

                return Answer(rerun.ExperimentId, rerunErrors) with { RerunId = rerun.RerunId };

            case ReadStatus status:
                return new StatusAnswer
                {
                    Experiments = await driver.StatusAsync(status.IdPrefix, token),
                    Errors = [],
                };

            default:
                ReadRefusal refusal = (ReadRefusal)request;
                return await RejectAsync(refusal.ExperimentId, refusal.Errors, token);
        }
    }

    /// <summary>The request is a valid experiment for the lab's workers.</summary>
    public async Task<bool> IsForLabAsync(ReadRequest request, CancellationToken token) =>
        request is ReadExperiment { Request: var experiment }
        && (await driver.RequestErrorsAsync(experiment, token)).Count == 0
        && experiment.Spec.Nodes.Count == 0;

    private async Task<RequestAnswer> AcceptAsync(ExperimentRequested request, CancellationToken token)
    {
        await bus.Publish(request, token);
        return Answer(request.ExperimentId, []);
    }

    private async Task<RequestAnswer> RejectAsync(
        Guid experimentId, IReadOnlyList<FieldError> errors, CancellationToken token)
    {
        logger.LogWarning(
            "experiment {ExperimentId}: request rejected: {Errors}",
            experimentId, string.Join("; ", errors.Select(error => $"{error.Field}: {error.Message}")));
        await bus.Publish(new ExperimentRejected { ExperimentId = experimentId, Errors = errors }, token);
        return Answer(experimentId, errors);
    }

    private static RequestAnswer Answer(Guid experimentId, IReadOnlyList<FieldError> errors) =>
        new() { ExperimentId = experimentId, Accepted = errors.Count == 0, Errors = errors };
}
