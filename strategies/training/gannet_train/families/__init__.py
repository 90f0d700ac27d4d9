"""The six families of models, one a file."""

from gannet_train.families import hybrid_meta, lightgbm, mlp, neural_ode, random_forest, xgboost
from gannet_train.family import Family

FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        lightgbm.LightGbm(),
        xgboost.XgBoost(),
        random_forest.Forest(),
        mlp.Mlp(),
        neural_ode.NeuralOde(),
        hybrid_meta.Hybrid(),
    )
}
