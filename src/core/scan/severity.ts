import { type Concern, type Severity, type SeverityRule, type SeverityRules, severities } from "./digest.js";

/** How bad it is to be so many days behind with these concerns: as bad as the worst of it. */
export function severityOf(
  daysBehind: number | undefined,
  concerns: readonly Concern[],
  rules: SeverityRules,
): Severity {
  const all = [byAge(daysBehind, rules), ...concerns.map((concern) => severityOfConcern(concern, rules))];
  return all.reduce((worst, each) => (compareSeverities(each, worst) < 0 ? each : worst));
}

/** Negative where the first is worse. */
export function compareSeverities(one: Severity, other: Severity): number {
  return severities.indexOf(one) - severities.indexOf(other);
}

export function severityOfConcern(concern: Concern, rules: SeverityRules): Severity {
  switch (concern.kind) {
    case "support ends":
      return concern.days < 0 ? "critical" : bySupport(concern.days, rules);
    case "skew":
      if (concern.behind > concern.allowed) return "critical";
      return concern.behind === concern.allowed ? "warning" : "notice";
    case "ended family":
      return "warning";
    case "withdrawn":
      return concern.runs ? "warning" : "notice";
    case "old image":
      return byAge(concern.days, rules);
  }
}

/** An end of support is told of from here on, and one that is over always. Without a rule: minus infinity. */
export function daysToTellOfSupport(rules: SeverityRules): number {
  return Math.max(...given(rules, "daysToEndOfSupport"));
}

/** A custom AMI is told of from this age on. Without a rule: infinity. */
export function daysToTellOfAge(rules: SeverityRules): number {
  return Math.min(...given(rules, "daysBehind"));
}

function given({ critical, warning }: SeverityRules, what: Exclude<keyof SeverityRule, "mention">): number[] {
  return [critical[what], warning[what]].filter((days) => days !== undefined);
}

function byAge(days: number | undefined, { critical, warning }: SeverityRules): Severity {
  const reaches = (limit: number | undefined) => days !== undefined && limit !== undefined && days >= limit;
  if (reaches(critical.daysBehind)) return "critical";
  return reaches(warning.daysBehind) ? "warning" : "notice";
}

function bySupport(days: number, { critical, warning }: SeverityRules): Severity {
  const within = (limit: number | undefined) => limit !== undefined && days <= limit;
  if (within(critical.daysToEndOfSupport)) return "critical";
  return within(warning.daysToEndOfSupport) ? "warning" : "notice";
}
