using System.Security.Cryptography;
using System.Text;
using k8s;
using k8s.Models;
using Plumbline.Cluster;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>
/// Creates the passwords of a pipeline whose servers run in the cluster, as Secrets. Existing Secrets are kept: a
/// server knows only the password that it first started with.
/// </summary>
public sealed class PipelineSecrets(ApiServer api)
{
    /// <summary>Name of the broker's user and of the database's.</summary>
    private const string User = "plumbline";

    private const string Broker = "broker";
    private const string Password = "password";
    private const int PasswordBytes = 24;

    /// <param name="pipeline">The pipeline's namespace.</param>
    /// <param name="probes">
    /// The namespace of node-probe and rtt-probe. They get the broker's password and no other.
    /// </param>
    /// <param name="token">Ends the work.</param>
    /// <returns>A line for each Secret: whether it was made or kept.</returns>
    /// <exception cref="ApiException">A Secret could not be created or read.</exception>
    /// <exception cref="ClusterRefusedException">The broker's Secret exists and has no password.</exception>
    public async Task<IReadOnlyList<string>> MakeAsync(string pipeline, string probes, CancellationToken token)
    {
        string password = NewPassword();
        bool isBrokerNew = await MakeAsync(pipeline, Broker, BrokerData(password), token);
        password = isBrokerNew ? password : await ReadBrokerPasswordAsync(pipeline, token);
        return
        [
            Line(pipeline, Broker, isBrokerNew),
            await MakeLineAsync(probes, Broker, new() { [Password] = password }, token),
            await MakeLineAsync(pipeline, "postgres", new() { [Password] = NewPassword() }, token),
            await MakeLineAsync(
                pipeline,
                "grafana",
                new() { ["admin-password"] = NewPassword(), ["postgres-password"] = NewPassword() },
                token),
        ];
    }

    /// <summary>RabbitMQ reads its first user only from a settings file.</summary>
    private static Dictionary<string, string> BrokerData(string password) => new()
    {
        [Password] = password,
        ["user.conf"] = $"default_user = {User}\ndefault_pass = {password}\n",
    };

    private static string NewPassword() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(PasswordBytes));

    private static string Line(string inNamespace, string name, bool isNew) =>
        $"{(isNew ? "made" : "kept")} Secret {inNamespace}/{name}";

    private async Task<string> MakeLineAsync(
        string inNamespace, string name, Dictionary<string, string> data, CancellationToken token) =>
        Line(inNamespace, name, await MakeAsync(inNamespace, name, data, token));

    /// <returns>False when it existed already.</returns>
    private async Task<bool> MakeAsync(
        string inNamespace, string name, Dictionary<string, string> data, CancellationToken token)
    {
        V1Secret secret = new()
        {
            ApiVersion = "v1",
            Kind = "Secret",
            Metadata = new V1ObjectMeta
            {
                Name = name,
                NamespaceProperty = inNamespace,
                Labels = new Dictionary<string, string> { ["app.kubernetes.io/part-of"] = User },
            },
            Data = data.ToDictionary(each => each.Key, each => Encoding.UTF8.GetBytes(each.Value)),
        };
        try
        {
            await api.CallAsync(
                $"create Secret {inNamespace}/{name}",
                (client, attempt) =>
                    client.CoreV1.CreateNamespacedSecretAsync(secret, inNamespace, cancellationToken: attempt),
                token);
            return true;
        }
        catch (ApiException exception) when (exception.IsAlreadyThere)
        {
            return false;
        }
    }

    private async Task<string> ReadBrokerPasswordAsync(string inNamespace, CancellationToken token)
    {
        V1Secret there = await api.CallAsync(
            $"read Secret {inNamespace}/{Broker}",
            (client, attempt) =>
                client.CoreV1.ReadNamespacedSecretAsync(Broker, inNamespace, cancellationToken: attempt),
            token);
        return there.Data?.TryGetValue(Password, out byte[]? password) == true
            ? Encoding.UTF8.GetString(password)
            : throw new ClusterRefusedException(
                $"Secret {inNamespace}/{Broker} has no {Password}: delete it, and run this again to make a new one");
    }
}
