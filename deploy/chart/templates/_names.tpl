{{- define "kinpass.selector" -}}
app.kubernetes.io/name: kinpass
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "kinpass.labels" -}}
{{ include "kinpass.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- /* "sqlite" or "postgres". */ -}}
{{- define "kinpass.store" -}}
{{- $kind := dig "store" "kind" "" .Values.settings -}}
{{- if not (has $kind (list "sqlite" "postgres")) }}{{ fail "settings.store.kind must be sqlite or postgres" }}{{ end -}}
{{- $kind -}}
{{- end }}

{{- /* Longer than an orderly stop takes (docs/restarts.md). */ -}}
{{- define "kinpass.terminationGracePeriodSeconds" -}}
{{- $seconds := 10 -}}
{{- range $name, $time := pick .Values.settings.shutdown "delay" "grace" -}}
{{- if not (regexMatch "^[0-9]+s$" $time) }}{{ fail (printf "settings.shutdown.%s must be in seconds, such as 10s" $name) }}{{ end -}}
{{- $seconds = add $seconds (trimSuffix "s" $time | int) -}}
{{- end -}}
{{- $seconds -}}
{{- end }}
