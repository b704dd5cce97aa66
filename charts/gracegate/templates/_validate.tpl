{{- /* What no schema can say: values that contradict each other, or that would only be refused in the cluster. */ -}}
{{- define "gracegate.validate" -}}
{{- include "gracegate.validateName" . -}}
{{- include "gracegate.validateCertificates" . -}}
{{- include "gracegate.validateConfiguration" . -}}
{{- include "gracegate.validateContainer" . -}}
{{- include "gracegate.validateLabels" . -}}
{{- if and .Values.clientVerification.enabled (not .Values.clientVerification.configMapName) -}}
{{- fail "clientVerification.enabled is true, but clientVerification.configMapName is empty: name the ConfigMap with the CA of the client certificates" -}}
{{- end -}}
{{- if and .Values.clientVerification.names (not .Values.clientVerification.enabled) -}}
{{- fail "clientVerification.names is set, but clientVerification.enabled is false: everybody would be heard" -}}
{{- end -}}
{{- if eq (int .Values.ports.webhook) (int .Values.ports.health) -}}
{{- fail (printf "ports.webhook and ports.health are both %d: reviews and health need a port each" (int .Values.ports.webhook)) -}}
{{- end -}}
{{- if and (not .Values.serviceAccount.create) (not .Values.serviceAccount.name) -}}
{{- fail "serviceAccount.create is false, but serviceAccount.name is empty: the chart would give its rights to the default ServiceAccount, and so to every pod of the namespace" -}}
{{- end -}}
{{- if and .Values.systemPriorityQuota (not .Values.priorityClassName) -}}
{{- fail "systemPriorityQuota is true, but priorityClassName is empty: name the class, or leave the quota out" -}}
{{- end -}}
{{- if and .Values.systemPriorityQuota (eq .Release.Namespace "kube-system") -}}
{{- fail "systemPriorityQuota is true, but the namespace is kube-system: the quota would count every pod of that priority there, and refuse those of others. No quota is needed there: leave it out" -}}
{{- end -}}
{{- end -}}

{{- /* Names are cut to their length before; what is left is what a Service cannot be called. */ -}}
{{- define "gracegate.validateName" -}}
{{- $name := include "gracegate.fullname" . -}}
{{- if not (regexMatch "^[a-z]([-a-z0-9]{0,50}[a-z0-9])?$" $name) -}}
{{- fail (printf "the objects of the release %s would be called %s, and a Service cannot be: set fullnameOverride to at most 52 small letters, digits and hyphens that begin with a letter" .Release.Name $name) -}}
{{- end -}}
{{- end -}}

{{- define "gracegate.validateLabels" -}}
{{- $common := .Values.commonLabels | default dict -}}
{{- $ofPods := .Values.podLabels | default dict -}}
{{- range $value, $labels := dict "commonLabels" $common "podLabels" $ofPods -}}
{{- range $key := list "app.kubernetes.io/name" "app.kubernetes.io/instance" "app.kubernetes.io/version" "app.kubernetes.io/managed-by" "helm.sh/chart" -}}
{{- if hasKey $labels $key -}}
{{- fail (printf "%s sets %s, which the chart sets itself: leave it out" $value $key) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $key, $_ := $ofPods -}}
{{- if hasKey $common $key -}}
{{- fail (printf "commonLabels and podLabels both set %s: set it in one of them" $key) -}}
{{- end -}}
{{- end -}}
{{- end -}}
