namespace Idp.Core.Controllers.Cost;

/// <summary>Who pays whom; the columns of a FOCUS export that the plane cannot know.</summary>
/// <param name="BillingAccountId">As the provider names the account.</param>
/// <param name="Provider">For example <c>AWS</c>.</param>
/// <param name="InvoiceIssuer">Usually the same; a reseller otherwise.</param>
public sealed record FocusAccount(string BillingAccountId, string BillingAccountName, string Provider, string InvoiceIssuer);
