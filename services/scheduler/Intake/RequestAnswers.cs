using MassTransit;
using Microsoft.Extensions.Logging;
using Plumbline.Contracts;

namespace Plumbline.Scheduler.Intake;

/// <summary>
/// Has done what a plain-JSON request asks for: a right one becomes a message on the bus, a wrong one an
/// <see cref="ExperimentRejected"/> or nothing; and says what became of it.
/// </summary>
internal sealed class RequestAnswers(IBus bus, ExperimentDriver driver, ILogger<RequestAnswers> logger)
{
    /// <returns>A <see cref="StatusAnswer"/> to who asks for it, else a <see cref="RequestAnswer"/>.</returns>
    public async Task<object> AnswerAsync(ReadRequest request, CancellationToken token)
    {
        switch (request)
        {
            case ReadExperiment experiment:
                await bus.Publish(new ExperimentRequested { ExperimentId = experiment.ExperimentId, Spec = experiment.Spec }, token);
                return Answer(experiment.ExperimentId, []);

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
                return new StatusAnswer { Experiments = await driver.StatusAsync(status.IdPrefix, token), Errors = [] };

            default:
                ReadRefusal refusal = (ReadRefusal)request;
                logger.LogWarning(
                    "a request is rejected: {Errors}; experiment {ExperimentId}",
                    string.Join("; ", refusal.Errors.Select(error => $"{error.Field}: {error.Message}")), refusal.ExperimentId);
                await bus.Publish(new ExperimentRejected { ExperimentId = refusal.ExperimentId, Errors = refusal.Errors }, token);
                return Answer(refusal.ExperimentId, refusal.Errors);
        }
    }

    private static RequestAnswer Answer(Guid experimentId, IReadOnlyList<FieldError> errors) =>
        new() { ExperimentId = experimentId, Accepted = errors.Count == 0, Errors = errors };
}
