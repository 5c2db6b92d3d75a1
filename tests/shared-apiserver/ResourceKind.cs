namespace Plumbline.Tests;

/// <summary>A kind of object that the double of an API server serves.</summary>
/// <param name="HasGeneration">Whether its generation counts changes of its spec.</param>
/// <param name="AnswersDeleteWithObject">Whether a delete is answered with the object instead of a Status.</param>
internal sealed record ResourceKind(
    string Group,
    string Plural,
    string Kind,
    bool IsNamespaced,
    bool AnswersDeleteWithObject = false,
    bool HasGeneration = false)
{
    public static readonly ResourceKind Namespaces = new(
        "", "namespaces", "Namespace", false, AnswersDeleteWithObject: true);
    public static readonly ResourceKind Services = new("", "services", "Service", true, AnswersDeleteWithObject: true);
    public static readonly ResourceKind Pods = new("", "pods", "Pod", true, AnswersDeleteWithObject: true);
    public static readonly ResourceKind Quotas = new(
        "", "resourcequotas", "ResourceQuota", true, AnswersDeleteWithObject: true);
    public static readonly ResourceKind EndpointSlices = new(
        "discovery.k8s.io", "endpointslices", "EndpointSlice", true);
    public static readonly ResourceKind Leases = new("coordination.k8s.io", "leases", "Lease", true);
    public static readonly ResourceKind ServiceCidrs = new("networking.k8s.io", "servicecidrs", "ServiceCIDR", false);
    public static readonly ResourceKind AccessReviews = new(
        "authorization.k8s.io", "selfsubjectaccessreviews", "SelfSubjectAccessReview", false);
    public static readonly ResourceKind OthersAccessReviews = new(
        "authorization.k8s.io", "subjectaccessreviews", "SubjectAccessReview", false);
    public static readonly ResourceKind Secrets = new("", "secrets", "Secret", true);
    public static readonly ResourceKind Nodes = new("", "nodes", "Node", false, AnswersDeleteWithObject: true);
    public static readonly ResourceKind ConfigMaps = new("", "configmaps", "ConfigMap", true);
    public static readonly ResourceKind DaemonSets = new("apps", "daemonsets", "DaemonSet", true, HasGeneration: true);
    public static readonly ResourceKind AdmissionPolicies = new(
        "admissionregistration.k8s.io", "validatingadmissionpolicies", "ValidatingAdmissionPolicy", false);
    public static readonly ResourceKind AdmissionPolicyBindings = new(
        "admissionregistration.k8s.io", "validatingadmissionpolicybindings", "ValidatingAdmissionPolicyBinding", false);

    public static readonly IReadOnlyList<ResourceKind> All =
    [
        Namespaces, Services, Pods, Quotas, EndpointSlices, Leases, ServiceCidrs, AccessReviews, OthersAccessReviews,
        Secrets, Nodes, ConfigMaps, DaemonSets,
        AdmissionPolicies, AdmissionPolicyBindings,
    ];

    /// <summary>Questions: answered, not stored.</summary>
    public bool IsReview => this == AccessReviews || this == OthersAccessReviews;

    public string ApiVersion => Group.Length == 0 ? "v1" : $"{Group}/v1";

    /// <summary>Its name in messages.</summary>
    public string Qualified => Group.Length == 0 ? Plural : $"{Plural}.{Group}";
}
