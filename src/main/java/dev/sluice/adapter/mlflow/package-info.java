/**
 * The model registry on an MLflow server. MLflow's Java client makes the calls that may be repeated; what it must not or cannot
 * do goes over {@code java.net.http}.
 */
package dev.sluice.adapter.mlflow;
