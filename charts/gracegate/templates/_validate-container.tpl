{{- /* Of two equal flags, or variables, the last would count, and the other objects of the chart would not fit any more. */ -}}
{{- define "gracegate.validateContainer" -}}
{{- $setFrom := dict
  "config" "configuration" "port" "ports.webhook" "health-port" "ports.health" "lame-duck" "lameDuckSeconds"
  "connection-age" "connectionAge" "log-level" "logLevel" "webhook-configuration" "fullnameOverride"
  "service" "fullnameOverride" "authority-secret" "fullnameOverride"
  "authority-lifetime" "certificates.selfManaged.authorityLifetime"
  "certificate-lifetime" "certificates.selfManaged.certificateLifetime"
  "rotation-overlap" "certificates.selfManaged.rotationOverlap"
  "tls-cert" "certificates" "tls-key" "certificates" "ca-file" "certificates"
  "audit-summary" "audit.metrics"
  "client-ca" "clientVerification" "client-name" "clientVerification" -}}
{{- range .Values.extraArgs -}}
{{- $flag := regexFind "^--[-a-z]+" . | trimPrefix "--" -}}
{{- with get $setFrom $flag -}}
{{- fail (printf "extraArgs has --%s, which the chart sets itself: set %s instead" $flag .) -}}
{{- end -}}
{{- end -}}
{{- range .Values.extraEnv -}}
{{- if has .name (list "POD_NAME" "POD_NAMESPACE") -}}
{{- fail (printf "extraEnv sets %s, which the chart sets itself: leave it out" .name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
