using Plumbline.Hosting;
using RabbitMQ.Client.Exceptions;

namespace Plumbline.Cli.Pipeline;

/// <summary>Says why the broker cannot be used, and which setting to check. Pure.</summary>
internal static class BrokerTrouble
{
    public static UserException Of(BrokerOptions broker, Exception exception)
    {
        string where = $"RabbitMQ at {broker.Host}:{broker.Port}";
        string words = Causes(exception).Select(cause => cause switch
        {
            AuthenticationFailureException or PossibleAuthenticationFailureException =>
                $"{where} refuses the user {broker.Username}; check PLUMBLINE_BROKER__USERNAME, and "
                + "PLUMBLINE_BROKER__PASSWORDFILE or PLUMBLINE_BROKER__PASSWORD",
            OperationInterruptedException { ShutdownReason.ReplyCode: 530 } =>
                $"{where} does not let {broker.Username} into the virtual host {broker.VirtualHost}; check "
                + "PLUMBLINE_BROKER__VIRTUALHOST",
            OperationInterruptedException { ShutdownReason.ReplyCode: 403 } refused =>
                $"{where} gives {broker.Username} too few permissions: {refused.ShutdownReason!.ReplyText}",
            _ => null,
        }).FirstOrDefault(each => each is not null)
            ?? $"{where} cannot be reached: {Causes(exception).Last().Message}; check that it runs, and "
                + "PLUMBLINE_BROKER__HOST and PLUMBLINE_BROKER__PORT";
        return new UserException(ExitCode.CannotRun, words);
    }

    /// <summary>The exception and its inner exceptions, outermost first.</summary>
    private static IEnumerable<Exception> Causes(Exception? exception)
    {
        while (exception is not null)
        {
            yield return exception;
            exception = exception is AggregateException many ? many.InnerExceptions[0] : exception.InnerException;
        }
    }
}
