using Plumbline.Hosting;
using RabbitMQ.Client.Exceptions;

namespace Plumbline.Cli.Pipeline;

/// <summary>Why the broker cannot be used, in words that name the setting to look at. Pure.</summary>
internal static class BrokerTrouble
{
    public static UserException Of(BrokerOptions broker, Exception exception)
    {
        string where = $"RabbitMQ at {broker.Host}:{broker.Port}";
        string words = Causes(exception).Select(cause => cause switch
        {
            AuthenticationFailureException or PossibleAuthenticationFailureException =>
                $"{where} refuses the user {broker.Username}; look at PLUMBLINE_BROKER__USERNAME, and at PLUMBLINE_BROKER__PASSWORDFILE or PLUMBLINE_BROKER__PASSWORD",
            OperationInterruptedException { ShutdownReason.ReplyCode: 530 } =>
                $"{where} does not let {broker.Username} into the virtual host {broker.VirtualHost}; look at PLUMBLINE_BROKER__VIRTUALHOST",
            OperationInterruptedException { ShutdownReason.ReplyCode: 403 } refused =>
                $"{where} does not let {broker.Username} do what the pipeline needs: {refused.ShutdownReason!.ReplyText}",
            _ => null,
        }).FirstOrDefault(each => each is not null)
            ?? $"{where} cannot be reached: {Causes(exception).Last().Message}; does it run, and is that where PLUMBLINE_BROKER__HOST and PLUMBLINE_BROKER__PORT should say it is?";
        return new UserException(ExitCode.CannotRun, words);
    }

    /// <summary>From the outermost to the innermost.</summary>
    private static IEnumerable<Exception> Causes(Exception? exception)
    {
        for (; exception is not null; exception = exception is AggregateException many ? many.InnerExceptions[0] : exception.InnerException)
        {
            yield return exception;
        }
    }
}
