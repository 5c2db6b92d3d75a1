using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Plumbline.Contracts;

namespace Plumbline.Cluster;

/// <summary>
/// Makes the Services in an experiment's namespace exactly the desired ones. It lists them, creates and removes the
/// difference, and lists again, until there is no difference. It does not matter what was done before, or by whom.
/// </summary>
public sealed class ServiceReconciler(ApiServer api, ILogger<ServiceReconciler> logger)
{
    /// <summary>
    /// Requests at once. An API server gives Services their addresses one after the other, so more gain nothing; 32 are
    /// enough for one that is 50 ms away. When it pushes back (429), each refused request waits as long as it asks for.
    /// </summary>
    public const int RequestsAtOnce = 32;

    /// <summary>Attempts in a row after which no less remains to do.</summary>
    private const int MostFruitless = 5;

    /// <param name="desired">The Services.</param>
    /// <param name="objects">Makes their objects.</param>
    /// <param name="report">Called often, from any thread.</param>
    /// <param name="token">Ends the work.</param>
    /// <returns>
    /// The number of Services created, and the address of the newest one that exists; null when none exists.
    /// </returns>
    /// <exception cref="ApiException">The API server refused a change.</exception>
    /// <exception cref="InvalidOperationException">Something undoes the changes.</exception>
    public async Task<(int Created, ServiceAddress? Newest)> ReconcileAsync(
        IReadOnlyList<DesiredService> desired,
        ServiceObjects objects,
        Action<ReconcileProgress> report,
        CancellationToken token)
    {
        string name = ClusterNames.Namespace(objects.ExperimentId);
        int created = 0, fruitless = 0, least = int.MaxValue;
        while (true)
        {
            (ServiceDifference difference, ServiceAddress? newest) = await LookAsync(name, desired, objects, token);
            int toDo = ToDo(difference);
            report(new ReconcileProgress(difference.InPlace, toDo));
            if (difference.IsEmpty)
            {
                return (created, newest);
            }

            fruitless = toDo < least ? 0 : fruitless + 1;
            least = Math.Min(least, toDo);
            if (fruitless >= MostFruitless)
            {
                throw new InvalidOperationException(
                    $"the Services in namespace {name} do not become the desired ones: {toDo} changes remain "
                    + $"after {fruitless} attempts; does something else change them?");
            }

            logger.LogInformation(
                "namespace {Namespace}: {InPlace} Services are in place; creating {Services} Services and {Slices} "
                + "EndpointSlices, "
                + "sending {Removals} removals",
                name,
                difference.InPlace,
                difference.NewServices.Count,
                difference.NewSlices.Count,
                toDo - difference.NewServices.Count - difference.NewSlices.Count);
            created += await ApplyAsync(name, difference, objects, report, token);
        }
    }

    private static int ToDo(ServiceDifference difference) =>
        difference.NewServices.Count + difference.NewSlices.Count
        + difference.Services.Blocks.Count + difference.Services.Names.Count
        + difference.Slices.Blocks.Count + difference.Slices.Names.Count;

    private async Task<(ServiceDifference Difference, ServiceAddress? Newest)> LookAsync(
        string name, IReadOnlyList<DesiredService> desired, ServiceObjects objects, CancellationToken token)
    {
        Task<IReadOnlyList<V1Service>> listingServices = Pages.ListAsync<V1ServiceList, V1Service>(
            api,
            $"Services in namespace {name}",
            (client, next, size, attempt) => client.CoreV1.ListNamespacedServiceAsync(
                name, limit: size, continueParameter: next, cancellationToken: attempt),
            token);
        Task<IReadOnlyList<V1EndpointSlice>> listingSlices = Pages.ListAsync<V1EndpointSliceList, V1EndpointSlice>(
            api,
            $"EndpointSlices in namespace {name}",
            (client, next, size, attempt) => client.DiscoveryV1.ListNamespacedEndpointSliceAsync(
                name, limit: size, continueParameter: next, cancellationToken: attempt),
            token);
        await Task.WhenAll(listingServices, listingSlices);
        IReadOnlyList<V1Service> services = await listingServices;
        return (ServiceDifference.Between(services, await listingSlices, desired, objects), Newest(services));
    }

    private static ServiceAddress? Newest(IReadOnlyList<V1Service> services) =>
        services.MaxBy(each => (each.Metadata.CreationTimestamp, each.Metadata.Name))
            is { Spec: { ClusterIP: { } address, Ports: [{ } port, ..] } }
            ? new ServiceAddress(address, port.Port, port.Protocol == "UDP" ? ServiceProtocol.Udp : ServiceProtocol.Tcp)
            : null;

    private async Task<int> ApplyAsync(
        string name,
        ServiceDifference difference,
        ServiceObjects objects,
        Action<ReconcileProgress> report,
        CancellationToken token)
    {
        int created = 0, remaining = ToDo(difference);
        foreach (IEnumerable<Func<CancellationToken, Task>> phase in (IEnumerable<Func<CancellationToken, Task>>[])
        [
            ServiceRemovals(name, difference),
            OtherChanges(name, difference, objects, () => Interlocked.Increment(ref created)),
        ])
        {
            await Parallel.ForEachAsync(
                phase,
                new ParallelOptions { MaxDegreeOfParallelism = RequestsAtOnce, CancellationToken = token },
                async (change, attempt) =>
                {
                    await change(attempt);
                    int inPlace = difference.InPlace + Volatile.Read(ref created);
                    report(new ReconcileProgress(inPlace, Interlocked.Decrement(ref remaining)));
                });
        }

        return created;
    }

    /// <summary>
    /// Services go before their EndpointSlices: for a Service without endpoints kube-proxy writes a rule that refuses
    /// its packets.
    /// </summary>
    private IEnumerable<Func<CancellationToken, Task>> ServiceRemovals(string name, ServiceDifference difference)
    {
        foreach (string block in difference.Services.Blocks)
        {
            yield return token => DeleteServicesAsync(name, block, token);
        }

        foreach (string service in difference.Services.Names)
        {
            yield return token => DeleteServiceAsync(name, service, token);
        }
    }

    /// <summary>
    /// In starting order: an EndpointSlice comes before its Service, so that the Service is hardly ever without
    /// endpoints.
    /// </summary>
    private IEnumerable<Func<CancellationToken, Task>> OtherChanges(
        string name, ServiceDifference difference, ServiceObjects objects, Action onCreated)
    {
        foreach (string block in difference.Slices.Blocks)
        {
            yield return token => DeleteSlicesAsync(name, block, token);
        }

        foreach (string slice in difference.Slices.Names)
        {
            yield return token => DeleteSliceAsync(name, slice, token);
        }

        HashSet<DesiredService> newSlices = [.. difference.NewSlices];
        foreach (DesiredService each in difference.NewServices)
        {
            if (newSlices.Remove(each))
            {
                yield return token => CreateSliceAsync(name, objects.Slice(each), token);
            }

            yield return async token =>
            {
                await CreateServiceAsync(name, objects.Service(each), token);
                onCreated();
            };
        }

        foreach (DesiredService each in newSlices)
        {
            yield return token => CreateSliceAsync(name, objects.Slice(each), token);
        }
    }

    private Task CreateServiceAsync(string name, V1Service service, CancellationToken token) => IgnoringAsync(
        already: true,
        () => api.CallAsync(
            $"create Service {name}/{service.Metadata.Name}",
            (client, attempt) => client.CoreV1.CreateNamespacedServiceAsync(service, name, cancellationToken: attempt),
            token));

    private Task CreateSliceAsync(string name, V1EndpointSlice slice, CancellationToken token) => IgnoringAsync(
        already: true,
        () => api.CallAsync(
            $"create EndpointSlice {name}/{slice.Metadata.Name}",
            (client, attempt) =>
                client.DiscoveryV1.CreateNamespacedEndpointSliceAsync(slice, name, cancellationToken: attempt),
            token));

    private Task DeleteServiceAsync(string name, string service, CancellationToken token) => IgnoringAsync(
        already: false,
        () => api.CallAsync(
            $"delete Service {name}/{service}",
            (client, attempt) => client.CoreV1.DeleteNamespacedServiceAsync(service, name, cancellationToken: attempt),
            token));

    private Task DeleteSliceAsync(string name, string slice, CancellationToken token) => IgnoringAsync(
        already: false,
        () => api.CallAsync(
            $"delete EndpointSlice {name}/{slice}",
            (client, attempt) =>
                client.DiscoveryV1.DeleteNamespacedEndpointSliceAsync(slice, name, cancellationToken: attempt),
            token));

    private Task DeleteServicesAsync(string name, string block, CancellationToken token) => api.CallAsync(
        $"delete Services of block {block} in namespace {name}",
        (client, attempt) => client.CoreV1.DeleteCollectionNamespacedServiceAsync(
            name, labelSelector: $"{ClusterNames.BlockLabel}={block}", cancellationToken: attempt),
        token);

    private Task DeleteSlicesAsync(string name, string block, CancellationToken token) => api.CallAsync(
        $"delete EndpointSlices of block {block} in namespace {name}",
        (client, attempt) => client.DiscoveryV1.DeleteCollectionNamespacedEndpointSliceAsync(
            name, labelSelector: $"{ClusterNames.BlockLabel}={block}", cancellationToken: attempt),
        token);

    /// <summary>
    /// An attempt whose answer was lost may have done it: then the object exists already, or is gone already.
    /// </summary>
    private static async Task IgnoringAsync(bool already, Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (ApiException exception) when (already ? exception.IsAlreadyThere : exception.IsNotFound)
        {
            // The next look shows whether the object is as desired.
        }
    }
}
