/** Tests of the registry on MLflow. */
package dev.sluice.adapter.mlflow;
